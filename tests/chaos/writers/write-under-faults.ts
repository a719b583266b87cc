import { failDynamodb, isFault, killSandboxes } from '../faults/inject.ts';
import { redeliver } from '../faults/redeliver.ts';
import type { ChaosFixture } from '../fixture.ts';
import type { ChaosOptions } from '../outcome.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type Ledger, withLedger } from './ledger.ts';
import { Streams } from './streams.ts';
import { contend, type WritersOptions, write } from './writers.ts';

/** Concurrent writers, on streams that each chooses. */
const writers = 48;
/** Concurrent writers that all append to one stream, and the kinds of such streams. */
const contendingWriters = 50;
const contended = ['usage', 'session'] as const;

/**
 * Writes the given number of events while sandboxes are killed, DynamoDB fails and records are delivered again. All
 * faults have ended when it returns.
 */
export async function writeUnderFaults(fixture: ChaosFixture, ledger: Ledger, options: ChaosOptions) {
  const { platform, dynamodb, events: table } = fixture;
  const random = new SeededRandom(options.seed);
  const end = new AbortController();
  const { signal } = end;
  const faults = Promise.all([
    failDynamodb(platform, random.fork(), signal),
    killSandboxes(platform, random.fork(), signal),
    redeliver({
      platform,
      client: dynamodb,
      table: table.name,
      streams: () => [...ledger.streams.values()],
      random: random.fork(),
      signal,
    }),
  ]);
  const streams = new Streams(options.streams);
  const writing: WritersOptions = {
    store: withLedger(fixture.store, ledger, isFault),
    ledger,
    table,
    streams,
    random,
    poisonShare: options.poison,
    count: writers,
    enough: enoughOf(ledger, options),
  };
  try {
    const [poisons] = await Promise.all([
      write(writing),
      ...contended.map((aggregate) => contend(writing, streams.add(aggregate), contendingWriters)),
    ]);
    end.abort();
    const [, killed, redelivered] = await faults;
    return { poisons, killed, redelivered };
  } finally {
    end.abort();
    await faults;
  }
}

/** Whether enough events are written; reports each fifth. */
function enoughOf(ledger: Ledger, { events, onPhase }: ChaosOptions): () => boolean {
  let reportedFifths = 0;
  return () => {
    const fifths = Math.floor((5 * ledger.acknowledgedEvents) / events);
    if (fifths > reportedFifths && fifths < 5)
      onPhase?.(`${ledger.acknowledgedEvents} events, ${ledger.conflicts} conflicts`);
    reportedFifths = Math.max(reportedFifths, fifths);
    return fifths >= 5;
  };
}
