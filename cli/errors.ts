/** What a command ends with. */
export const exitCodes = { ok: 0, problems: 1, unusable: 2, interrupted: 130 } as const;

/** An error meant for whoever typed the command: one sentence with what to do about it. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
}

/** What was asked for cannot be: an option or an argument is wrong. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
}
