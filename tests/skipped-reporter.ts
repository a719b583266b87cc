import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Says after a run which tests it skipped, and why: a machine lacks what they take. */
export class SkippedReporter implements Reporter {
  /** Tests of other names are skipped too. */
  #isByName = false;

  onInit({ config }: Vitest): void {
    this.#isByName = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#isByName) return;
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const lines = skipped.map((test) => {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      return `  ${test.fullName}${note ? `: ${note}` : ''}\n`;
    });
    if (lines.length > 0) process.stdout.write(`\nSkipped:\n${lines.join('')}`);
  }
}
