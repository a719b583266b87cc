import '../testing/lambda-environment.ts';
import { usageStream } from '@nova/shared/events/index';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { projectorFixture } from './testing/fixture.ts';
import { upTo, used } from './testing/histories.ts';
import { textbookProjector } from './testing/textbook-projector.ts';

const fixture = projectorFixture();

const day = (id: string) => usageStream('t', id);

describe('writes', () => {
  const writes = (requests: readonly string[]) =>
    requests.filter((name) => /^(Put|Update|Delete|BatchWrite|TransactWrite)/.test(name)).length;

  /** A hundred commits of one event each, over some streams, as one batch. */
  async function hundred(streams: number): Promise<DynamoDBRecord[]> {
    const versions = new Map<number, number>();
    const records: DynamoDBRecord[] = [];
    for (const n of upTo(100)) {
      const version = (versions.get(n % streams) ?? 0) + 1;
      versions.set(n % streams, version);
      records.push(await fixture.commit(day(`${streams}-${n % streams}`), version, [used(n)]));
    }
    return records;
  }

  it.each([
    [100, 1],
    [10, 0.1],
    [1, 0.01],
  ])(
    'of 100 events over %i streams are at most %f per event; the textbook needs three',
    async (streams, most) => {
      await fixture.dependencies.states.load();
      const records = await hundred(streams);
      const textbook = await textbookProjector(fixture.engine, `textbook-${streams}`);
      fixture.engine.requests();

      await fixture.deliver(records);
      const ours = writes(fixture.engine.requests());
      await fixture.deliver(records);
      const oursAgain = writes(fixture.engine.requests());
      await textbook(records);
      const theirs = writes(fixture.engine.requests());

      expect(ours / 100).toBeLessThanOrEqual(most);
      expect(oursAgain).toBe(0);
      expect(theirs / 100).toBe(3);
    },
  );
});
