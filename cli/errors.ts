import { UserError } from '@nova/shared/run-main';

/** Exit codes of every command. */
export const exitCodes = { ok: 0, problems: 1, unusable: 2, interrupted: 130 } as const;

/** An error for the person at the terminal: one sentence with what is wrong and what to do about it. */
export class CliError extends UserError {
  override readonly name: string = 'CliError';
}

/** An option or an argument is wrong. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
}
