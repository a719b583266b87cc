import { type Assessment, assess } from './assess.ts';
import { Dice } from './dice.ts';
import type { Failure } from './failures.ts';
import { isFault } from './faults.ts';
import { Ledger, ledgered } from './ledger.ts';
import { redriveAll, type Verified, verify } from './operator.ts';
import { type Poison, repair } from './poison.ts';
import { untilQuiet } from './quiet.ts';
import { repeats } from './repeats.ts';
import { Streams } from './streams.ts';
import { kills, weather } from './trouble.ts';
import { createWorld, type World } from './world.ts';
import { storm, type WritersOptions, write } from './writers.ts';

export interface ChaosOptions {
  /** Events to write, at least. */
  readonly events: number;
  readonly seed: number;
  /** Streams open at once. */
  readonly streams: number;
  /** Share of commits that are poisoned. */
  readonly poison: number;
  /** Milliseconds the platform may take to come to rest. */
  readonly quietLimitMs: number;
  readonly onPhase?: (phase: string) => void;
}

export interface ChaosReport {
  readonly options: ChaosOptions;
  /** While poisoned streams cannot be read, and after everything was put back. */
  readonly before: Assessment;
  readonly after: Assessment;
  readonly verifiedBefore: Verified;
  readonly verifiedAfter: Verified;
  readonly conflicts: number;
  /** Commits of which writers never learned what became of them. */
  readonly unanswered: number;
  readonly acknowledgedEvents: number;
  readonly kills: number;
  readonly repeats: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly poisons: readonly Poison[];
  /** Poisoned commits that are not in the failure destination, or not with their reason. */
  readonly notParked: readonly string[];
  readonly parked: number;
  readonly redriven: number;
  /** Objects left in the failure destination in the end. */
  readonly left: number;
  readonly tookMs: number;
}

/** Writers at once, on streams that each chooses. */
const writers = 48;
/** Writers that all want one stream at once, and of what kind such streams are. */
const stormWriters = 50;
const storms = ['usage', 'session'] as const;

/** Writes while everything fails, lets the platform come to rest, and compares what there is with what was promised. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const world = await createWorld();
  try {
    return await run(world, options);
  } finally {
    await world.close();
  }
}

async function run(world: World, options: ChaosOptions): Promise<ChaosReport> {
  const { platform, failures, events: table } = world;
  const { quietLimitMs, onPhase = () => {} } = options;
  const startedAt = performance.now();
  const ledger = new Ledger();

  onPhase(`writing ${options.events} events while everything fails`);
  const { poisons, killed, repeated } = await writeInTrouble(world, ledger, options);

  onPhase('waiting until all has come to rest');
  await untilQuiet(world, quietLimitMs);

  onPhase('putting back what Lambda gave up on, comparing what can be read');
  const poisoned = new Set(poisons.map(({ item }) => item.pk));
  const givenUp = await redriveAll(platform, failures, ({ stream }) => !poisoned.has(stream));
  const parked = await failures.all();
  const notParked = poisons.flatMap((poison) => parkingFault(poison, parked) ?? []);
  const before = await assess(world, ledger);
  const verifiedBefore = await verify(platform);

  onPhase(`mending ${poisons.length} poisoned commits, putting ${parked.length} back`);
  for (const poison of poisons) await repair(table, poison);
  const redriven = await redriveAll(platform, failures);
  await untilQuiet(world, quietLimitMs);

  onPhase('comparing everything');
  const after = await assess(world, ledger);
  const verifiedAfter = await verify(platform);
  const entries = [...ledger.entries.values()];
  return {
    options,
    before,
    after,
    verifiedBefore,
    verifiedAfter,
    conflicts: ledger.conflicts,
    unanswered: entries.filter(({ unanswered }) => unanswered).length,
    acknowledgedEvents: ledger.acknowledgedEvents,
    kills: killed,
    repeats: repeated,
    faults: platform.dynamodb.faults.counts,
    poisons,
    notParked,
    parked: parked.length,
    redriven: givenUp + redriven,
    left: (await failures.all()).length,
    tookMs: performance.now() - startedAt,
  };
}

async function writeInTrouble(world: World, ledger: Ledger, options: ChaosOptions) {
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
    enough: () => ledger.acknowledgedEvents >= options.events,
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

/** @returns what is wrong with how a poisoned commit is told of; undefined when nothing is */
function parkingFault({ item, version, spoiling, reason }: Poison, parked: readonly Failure[]) {
  const told = parked.find((failure) => failure.stream === item.pk && failure.version === version);
  if (told && reason.test(told.reason ?? '')) return undefined;
  return `${item.pk}@${version} (${spoiling}): ${told ? JSON.stringify(told) : 'it is not there'}`;
}
