import type { Aggregate } from '@nova/shared/events/index';
import type { ReplayProgress, VerifyPage } from '@nova/shared/operations';
import fc from 'fast-check';
import type { OperatorDependencies } from '../../../../lambdas/functions/event-projector/operator/dependencies.ts';
import { type ProjectorFixture, testClock } from './fixture.ts';
import { anyHistory } from './histories.ts';

/** The requests of an operator to a projector. */
export function operatorOf(fixture: ProjectorFixture) {
  /** Dependencies with which a slice ends after a page: much time passes between two looks at the clock. */
  const hasty = (): OperatorDependencies => ({ ...fixture.dependencies, clock: testClock(6000) });

  /** Requests slices until the replay has ended. @param between runs after each */
  async function replay(
    projection: Aggregate,
    dependencies = hasty(),
    between: (progress: ReplayProgress) => Promise<unknown> = async () => undefined,
  ): Promise<ReplayProgress[]> {
    const slices: ReplayProgress[] = [];
    while (slices.at(-1)?.phase !== 'done') {
      if (slices.length > 500) throw new Error(`The replay does not end: ${JSON.stringify(slices.at(-1))}`);
      const progress = await fixture.operate<ReplayProgress>(
        { operation: 'replay', projection },
        dependencies,
      );
      slices.push(progress);
      if (progress.phase === 'blocked') break;
      await between(progress);
    }
    return slices;
  }

  /** Requests pages until the last. */
  async function verify(
    dependencies: OperatorDependencies = fixture.dependencies,
  ): Promise<Pick<VerifyPage, 'streams' | 'differences' | 'unreadable'>> {
    const pages: VerifyPage[] = [];
    for (let cursor: string | undefined; pages.length === 0 || cursor; cursor = pages.at(-1)?.cursor) {
      pages.push(
        await fixture.operate<VerifyPage>(
          { operation: 'verify', ...(cursor ? { cursor } : {}) },
          dependencies,
        ),
      );
    }
    return {
      streams: pages.reduce((sum, { streams }) => sum + streams, 0),
      differences: pages.flatMap(({ differences }) => differences),
      unreadable: pages.flatMap(({ unreadable }) => unreadable),
    };
  }

  /** Fills the store and brings the rows up to it. */
  async function fill(streams: number, seed: number): Promise<void> {
    for (const [index, { aggregate, commits }] of fc
      .sample(anyHistory, { numRuns: streams, seed })
      .entries()) {
      let version = 1;
      for (const events of commits) {
        await fixture.deliver([
          await fixture.commit({ tenant: 't', aggregate, id: `${index}` }, version, events),
        ]);
        version += events.length;
      }
    }
  }

  return { hasty, replay, verify, fill };
}
