import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the longest first: begun late, they would run on when all others are done. The rest follows
 * by what Vitest remembers of the run before, where it does.
 */
const heaviest = [
  'media/largest/video',
  'media/largest/recordings',
  'media/speech/long-recording',
  'media/largest/documents',
  'injection/injection',
  'cli/media',
  'media/recall',
  'cli/cli',
  'projector/replay',
  'infra/validate',
  'infra/plan-review-deploy',
  'platform/durability',
  'recording/formats',
  'media/speech/speech',
  'api/idempotency',
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
