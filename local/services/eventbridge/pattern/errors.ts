/** A pattern EventBridge would refuse. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  /** @param path of the field in the pattern, `detail.state` */
  constructor(path: string, problem: string) {
    super(`Event pattern is not valid. Reason: ${problem}${path ? ` at ${path}` : ''}`);
  }
}
