import { Problem } from '@nova/shared/api/common';
import { CliError } from '../errors.ts';

/** The API refused, or failed. */
export class ProblemError extends CliError {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** What an answer that is no success says. */
export async function refusalIn(response: Response): Promise<CliError> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  return problem.success ? new ProblemError(problem.data) : foreign(response);
}

/** Whoever answered is no API of Nova. */
export const foreign = ({ status }: Response) =>
  new CliError(`The API answered ${status}, and not as an API of Nova does: compare its address.`);

/**
 * A failure of the network in one sentence. `fetch` says no more of it than that it failed; the reason is its cause.
 * @param where the address that was called
 * @returns what was passed in, when it is none
 */
export function networkFault(error: unknown, where: string): unknown {
  if (error instanceof CliError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const late = error.name === 'TimeoutError';
  const { code = '' } = (error.cause ?? error) as { code?: string };
  if (!(error instanceof TypeError) && !late && code === '') return error;
  const why = late
    ? 'no answer in time'
    : code || (error.cause instanceof Error ? error.cause.message : error.message);
  return new CliError(
    `The API at ${where} cannot be reached (${why}): see whether it runs and whether you are online, then try again.`,
    { cause: error },
  );
}
