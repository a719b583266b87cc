import { assess } from './checks/assess.ts';
import type { Failure } from './checks/failures.ts';
import { type Redrive, redriveAll, verify } from './checks/operator.ts';
import { untilIdle } from './checks/until-idle.ts';
import { type Poison, repair } from './faults/poison.ts';
import { type ChaosFixture, chaosFixture } from './fixture.ts';
import type { ChaosOptions, ChaosReport } from './outcome.ts';
import { Ledger } from './writers/ledger.ts';
import { writeUnderFaults } from './writers/write-under-faults.ts';

/**
 * Writes while everything fails, waits until the platform is idle, and compares the result with the store's responses.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const fixture = await chaosFixture();
  try {
    return await run(fixture, options);
  } finally {
    await fixture.close();
  }
}

async function run(fixture: ChaosFixture, options: ChaosOptions): Promise<ChaosReport> {
  const { platform, failures, events: table } = fixture;
  const { idleLimitMs, onPhase = () => {} } = options;
  const startedAt = performance.now();
  const ledger = new Ledger();

  onPhase(`writing ${options.events} events while everything fails`);
  const { poisons, killed, redelivered } = await writeUnderFaults(fixture, ledger, options);

  onPhase('waiting until the platform is idle');
  await untilIdle(fixture, idleLimitMs);

  onPhase('putting back what Lambda gave up on, comparing what can be read');
  const discardedRedrive = await redriveAll(platform, failures, ({ reason }) => reason === undefined);
  const quarantined = await failures.all();
  const notQuarantined = poisons.flatMap(
    (poison) => quarantineFault(poison, quarantined, discardedRedrive) ?? [],
  );
  const before = await assess(fixture, ledger);
  const verifiedBefore = await verify(platform);

  onPhase(`mending ${poisons.length} poisoned commits, putting ${quarantined.length} back`);
  for (const poison of poisons) await repair(table, poison);
  const finalRedrive = await redriveAll(platform, failures);
  await untilIdle(fixture, idleLimitMs);

  onPhase('comparing everything');
  const after = await assess(fixture, ledger);
  const verifiedAfter = await verify(platform);
  const entries = [...ledger.entries.values()];
  const report: ChaosReport = {
    options,
    before,
    after,
    verifiedBefore,
    verifiedAfter,
    conflicts: ledger.conflicts,
    unanswered: entries.filter(({ acknowledged, unanswered }) => unanswered && acknowledged === undefined)
      .length,
    acknowledgedEvents: ledger.acknowledgedEvents,
    kills: killed,
    redeliveries: redelivered,
    faults: platform.dynamodb.faults.counts,
    poisons,
    notQuarantined,
    quarantined: quarantined.length,
    redriven: discardedRedrive.redriven + finalRedrive.redriven,
    refused: [...finalRedrive.refused.values()],
    left: (await failures.all()).length,
    tookMs: performance.now() - startedAt,
  };
  await options.onEnd?.(fixture, ledger);
  return report;
}

/** @returns the fault in the record of a poisoned commit; undefined when there is none */
function quarantineFault(
  { item, version, kind, reason }: Poison,
  quarantined: readonly Failure[],
  { refused }: Redrive,
): string | undefined {
  const found = quarantined.find((failure) => failure.stream === item.pk && failure.version === version);
  // A batch that Lambda discarded has no reason; its redrive reports one.
  const reported = found && (found.reason ?? refused.get(`${item.pk}@${version}`));
  if (reported && reason.test(reported)) return undefined;
  return `${item.pk}@${version} (${kind}): ${found ? JSON.stringify(found) : 'it is missing'}`;
}
