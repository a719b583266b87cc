import { UserError } from '@nova/shared/run-main';
import { describeError } from '../aws-errors.ts';
import { readApply } from '../records/apply-record.ts';
import { type Outcome, shiftTraffic, type TrafficShift } from './codedeploy/traffic-shift.ts';
import type { Dependencies } from './dependencies.ts';
import { pruneGuardrailVersions } from './guardrail-versions.ts';
import { waitForDeploymentsInFlight } from './in-flight.ts';
import { markComplete, type RolloutRecord, readRollout, type StoredRecord, writeRollout } from './record.ts';
import { type Deployed, deployedFunctions, dueVersion, pointAlias } from './versions.ts';

/**
 * Brings callers to the newest version of each function, and records the versions that they had before.
 * @throws UserError when the rollout of a function failed, or is not confirmed although alarms would not stop it
 */
export async function rollOut(dependencies: Dependencies): Promise<void> {
  const { lambda, s3, settings, printLine, alarms } = dependencies;
  await waitForDeploymentsInFlight(dependencies);
  const functions = await deployedFunctions(lambda, settings.prefix);
  const due = functions.flatMap(dueShift);
  if (due.length > 0 && alarms === 'ignore') await dependencies.confirm(withoutAlarms(due, settings.stage));
  const last = await readRollout(s3, settings);
  const rollout = due.length > 0 ? await begin(dependencies, due, last?.record) : last;
  await pointSplitAliases(dependencies, functions);
  if (due.length === 0) printLine('Every function runs its newest version.');
  else await shiftAll(dependencies, due);
  if (rollout?.record.state === 'under-way') await markComplete(s3, settings, rollout);
  await pruneGuardrailVersions(dependencies, functions, rollout?.record.before);
}

const withoutAlarms = (due: readonly TrafficShift[], stage: string) =>
  `No alarm will stop this rollout of stage ${stage}, nor shift callers back: ${due.map(({ deployed }) => deployed.name).join(', ')}. Roll out?`;

function dueShift(deployed: Deployed): TrafficShift[] {
  const to = dueVersion(deployed);
  return to === undefined ? [] : [{ deployed, to }];
}

/**
 * Records the commit of the last apply, and the versions that callers have now. After an incomplete rollout, the versions from before that rollout stay in the
 * record: a rollback must restore all of them, or callers would get a mix of two releases.
 */
async function begin(
  { s3, settings }: Dependencies,
  due: readonly TrafficShift[],
  last: RolloutRecord | undefined,
): Promise<StoredRecord> {
  const unfinished = last?.state === 'under-way' ? last : undefined;
  const { commit } = (await readApply(s3, settings)) ?? {};
  const now = Object.fromEntries(due.map(({ deployed }) => [deployed.functionName, deployed.live]));
  return writeRollout(s3, settings, {
    startedAt: unfinished?.startedAt ?? new Date().toISOString(),
    ...(commit === undefined ? {} : { commit }),
    before: { ...now, ...unfinished?.before },
    state: 'under-way',
  });
}

/**
 * A stopped deployment leaves an alias split between two versions, and CodeDeploy refuses to deploy to such an alias. Source:
 * CodeDeploy guide, "Troubleshoot AWS Lambda deployment issues".
 */
async function pointSplitAliases({ lambda }: Dependencies, functions: readonly Deployed[]): Promise<void> {
  const split = functions.filter(({ shifting }) => shifting);
  await Promise.all(split.map(({ functionName, live }) => pointAlias(lambda, functionName, live)));
}

async function shiftAll(dependencies: Dependencies, due: readonly TrafficShift[]): Promise<void> {
  const { rollout, stage } = dependencies.settings;
  dependencies.printLine(
    `Rolling out ${due.length} functions (${rollout.replace('CodeDeployDefault.', '')}):`,
  );
  const outcomes = await Promise.all(due.map((one) => shiftOne(dependencies, one)));
  const failed = outcomes.filter(({ succeeded }) => !succeeded);
  if (failed.length === 0) return;
  const names = failed.map(({ deployed }) => deployed.name).join(', ');
  throw new UserError(
    `The rollout of ${names} failed. The other functions run their new versions: \`make rollback STAGE=${stage}\` restores the previous versions of all.`,
  );
}

async function shiftOne(dependencies: Dependencies, one: TrafficShift): Promise<Outcome> {
  const { codedeploy, settings, polling, alarms, printLine } = dependencies;
  const outcome = await shiftTraffic(codedeploy, settings.prefix, one, polling.rollout, alarms).catch(
    // The others continue, so a deployment that cannot start is reported like one that failed.
    (error: unknown) => ({ ...one, succeeded: false, message: describeError(error) }),
  );
  printLine(`  ${outcome.succeeded ? '✓' : '✗'} ${one.deployed.name}: ${outcome.message}`);
  return outcome;
}
