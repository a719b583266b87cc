/** An error that a person can correct: the message names the fault and the remedy. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/**
 * Runs a program. A {@link UserError} becomes one line on standard error and exit code 1; any other error keeps its
 * stack trace, since it is a bug.
 * @param explain turns an error of a library, such as one of the AWS SDK, into a message for people; `undefined` where it
 *   knows none
 */
export async function runMain(
  main: () => Promise<void> | void,
  explain: (error: unknown) => string | undefined = () => undefined,
): Promise<void> {
  try {
    await main();
  } catch (error) {
    const message = error instanceof UserError ? error.message : explain(error);
    if (message === undefined) throw error;
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  }
}
