import { Dice } from '../dice.ts';
import { kills, weather } from '../faults/inject.ts';
import { isFault } from '../faults/is-injected-fault.ts';
import { repeats } from '../faults/redeliver.ts';
import type { World } from '../fixture.ts';
import type { ChaosOptions } from '../outcome.ts';
import { type Ledger, ledgered } from './ledger.ts';
import { Streams } from './streams.ts';
import { storm, type WritersOptions, write } from './writers.ts';

/** Writers at once, on streams that each chooses. */
const writers = 48;
/** Writers that all want one stream at once, and of what kind such streams are. */
const stormWriters = 50;
const storms = ['usage', 'session'] as const;

/**
 * Writes until it is enough, while sandboxes are killed, DynamoDB fails and records come again; all of that has ended when
 * this returns.
 */
export async function writeInTrouble(world: World, ledger: Ledger, options: ChaosOptions) {
  const { platform, dynamodb, events: table } = world;
  const dice = new Dice(options.seed);
  const end = new AbortController();
  const { signal } = end;
  const trouble = Promise.all([
    weather(platform, dice.fork(), signal),
    kills(platform, dice.fork(), signal),
    repeats({
      platform,
      client: dynamodb,
      table: table.name,
      streams: () => [...ledger.streams.values()],
      dice: dice.fork(),
      signal,
    }),
  ]);
  const streams = new Streams(options.streams);
  const writing: WritersOptions = {
    store: ledgered(world.store, ledger, isFault),
    ledger,
    table,
    streams,
    dice,
    poisonShare: options.poison,
    count: writers,
    enough: enoughOf(ledger, options),
  };
  try {
    const [poisons] = await Promise.all([
      write(writing),
      ...storms.map((aggregate) => storm(writing, streams.add(aggregate), stormWriters)),
    ]);
    end.abort();
    const [, killed, repeated] = await trouble;
    return { poisons, killed, repeated };
  } finally {
    end.abort();
    await trouble;
  }
}

/** Whether enough is written; tells of each fifth of it. */
function enoughOf(ledger: Ledger, { events, onPhase }: ChaosOptions): () => boolean {
  let told = 0;
  return () => {
    const fifths = Math.floor((5 * ledger.acknowledgedEvents) / events);
    if (fifths > told && fifths < 5)
      onPhase?.(`${ledger.acknowledgedEvents} events, ${ledger.conflicts} conflicts`);
    told = Math.max(told, fifths);
    return fifths >= 5;
  };
}
