import { UserError } from '@nova/shared/run-main';
import { describeError } from '../aws-errors.ts';
import { type Outcome, type Shift, shift } from './codedeploy/traffic-shift.ts';
import type { RolloutSite } from './dependencies.ts';
import { joinDeployments } from './in-flight.ts';
import { type KeptRecord, markThrough, type RolloutRecord, readRollout, writeRollout } from './record.ts';
import { type Deployed, deployedFunctions, dueVersion, pointAlias } from './versions.ts';

/**
 * Brings callers to the newest version of each function, and keeps a record of what they had before.
 * @throws UserError when a function did not get through
 */
export async function rollOut(site: RolloutSite): Promise<void> {
  const { lambda, s3, settings, printLine } = site;
  await joinDeployments(site);
  const functions = await deployedFunctions(lambda, settings.prefix);
  const due = functions.flatMap(dueShift);
  const last = await readRollout(s3, settings);
  const rollout = due.length > 0 ? await begin(site, due, last?.record) : last;
  await makeWhole(site, functions);
  if (due.length === 0) printLine('Every function runs its newest version.');
  else await shiftAll(site, due);
  if (rollout?.record.state === 'under-way') await markThrough(s3, settings, rollout);
}

function dueShift(deployed: Deployed): Shift[] {
  const to = dueVersion(deployed);
  return to === undefined ? [] : [{ deployed, to }];
}

/**
 * Keeps what callers have now. Where the last rollout did not get through whole, what they had before that one counts:
 * taken back is all of it, or callers would be left with halves of two.
 */
async function begin(
  { s3, settings }: RolloutSite,
  due: readonly Shift[],
  last: RolloutRecord | undefined,
): Promise<KeptRecord> {
  const unfinished = last?.state === 'under-way' ? last : undefined;
  const now = Object.fromEntries(due.map(({ deployed }) => [deployed.functionName, deployed.live]));
  return writeRollout(s3, settings, {
    startedAt: unfinished?.startedAt ?? new Date().toISOString(),
    before: { ...now, ...unfinished?.before },
    state: 'under-way',
  });
}

/**
 * A deployment that was stopped leaves callers between two versions, and CodeDeploy deploys to no such alias. Source:
 * CodeDeploy guide, "Troubleshoot AWS Lambda deployment issues".
 */
async function makeWhole({ lambda }: RolloutSite, functions: readonly Deployed[]): Promise<void> {
  const split = functions.filter(({ shifting }) => shifting);
  await Promise.all(split.map(({ functionName, live }) => pointAlias(lambda, functionName, live)));
}

async function shiftAll(site: RolloutSite, due: readonly Shift[]): Promise<void> {
  const { rollout, stage } = site.settings;
  site.printLine(`Rolling out ${due.length} functions (${rollout.replace('CodeDeployDefault.', '')}):`);
  const outcomes = await Promise.all(due.map((one) => shiftOne(site, one)));
  const failed = outcomes.filter(({ succeeded }) => !succeeded);
  if (failed.length === 0) return;
  const names = failed.map(({ deployed }) => deployed.name).join(', ');
  throw new UserError(
    `${names} did not get through. The others run what is new: \`make rollback STAGE=${stage}\` brings all of them back.`,
  );
}

async function shiftOne(site: RolloutSite, one: Shift): Promise<Outcome> {
  const { codedeploy, settings, patience, printLine } = site;
  const outcome = await shift(codedeploy, settings.prefix, one, patience.rollout).catch(
    // The others go on, so one that cannot even start is told like one that failed.
    (error: unknown) => ({ ...one, succeeded: false, said: describeError(error) }),
  );
  printLine(`  ${outcome.succeeded ? '✓' : '✗'} ${one.deployed.name}: ${outcome.said}`);
  return outcome;
}
