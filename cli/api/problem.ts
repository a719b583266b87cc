import { Problem } from '@nova/shared/api/common';
import { CliError } from '../errors.ts';

/** The API refused a request, or failed. */
export class ProblemError extends CliError {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The error of an unsuccessful response. */
export async function refusal(response: Response): Promise<CliError> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  return problem.success ? new ProblemError(problem.data) : notNova(response);
}

/** The server is not an API of Nova. */
export const notNova = ({ status }: Response) =>
  new CliError(`The API responded with ${status}, but not as an API of Nova: check its address.`);

/**
 * A network failure in one sentence. `fetch` itself only says that it failed; the reason is in its cause.
 * @param url the address that was called
 * @returns the error itself when it is no network failure
 */
export function networkError(error: unknown, url: string): unknown {
  if (error instanceof CliError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const timedOut = error.name === 'TimeoutError';
  const { code = '' } = (error.cause ?? error) as { code?: string };
  if (!(error instanceof TypeError) && !timedOut && code === '') return error;
  const reason = timedOut
    ? 'no response in time'
    : code || (error.cause instanceof Error ? error.cause.message : error.message);
  return new CliError(
    `The API at ${url} cannot be reached (${reason}): check that it is running and that you are online, then try again.`,
    { cause: error },
  );
}
