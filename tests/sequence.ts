import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest files, slowest first: one that starts late would run alone while the other workers are idle. The other
 * files follow in Vitest's own order, which uses their last durations when there was an earlier run.
 */
const heaviest = [
  'integration/media/largest/largest',
  'integration/api/neighbours',
  'integration/media/speech/long-recording',
  'integration/injection/injection',
  'integration/cli/media',
  'integration/media/recall',
  'integration/cli/cli',
  'integration/projector/replay',
  'integration/platform/durability',
  'lambdas/media/recording/formats',
  'integration/media/speech/speech',
  'integration/api/idempotency',
  'chaos/chaos',
];

export class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = heaviest.findIndex((name) => moduleId.includes(`/${name}.`));
  return place < 0 ? heaviest.length : place;
}
