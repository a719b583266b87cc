import { functionNames } from '@nova/shared/functions';
import { functionNameOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { describeError } from '../aws-errors.ts';
import { activeDeployments } from './codedeploy/deployments.ts';
import { stopDeployment, untilIdle } from './codedeploy/idle.ts';
import type { RolloutSite } from './dependencies.ts';
import { addressOf, type RolloutRecord, readRollout, writeRollout } from './record.ts';
import { aliasOf, type Deployed, deployedFunctions, pointAlias } from './versions.ts';

/** A function that the last rollout moved, and the version that its callers had before. */
interface Return {
  readonly deployed: Deployed;
  readonly to: number;
}

/**
 * Gives all callers what they had before the last rollout, at once, and leaves alone what it did not change.
 * @throws UserError when there is nothing to take back, or not all of it could be
 */
export async function rollBack(site: RolloutSite): Promise<void> {
  const { s3, settings, printLine } = site;
  const record = await recordOf(site);
  const returns = await returnsOf(site, record);
  const back = await Promise.all(returns.map((one) => bringBackOrSay(site, one)));
  const left = returns.filter((_, index) => !back[index]).map(({ deployed }) => deployed.name);
  if (left.length > 0) {
    throw new UserError(
      `${left.join(', ')} could not be brought back, for the reason above. Put it right, then run \`make rollback STAGE=${settings.stage}\` again: it goes on with what is left.`,
    );
  }
  await writeRollout(s3, settings, { ...record, state: 'taken-back' });
  printLine('Done. The next `make rollout` brings the newest versions back, so deploy what is mended first.');
}

/** @throws UserError when there is no rollout to take back */
async function recordOf({ codedeploy, s3, settings }: RolloutSite): Promise<RolloutRecord> {
  const { record } = (await readRollout(s3, settings)) ?? {};
  const { prefix, stage } = settings;
  if (!record) {
    throw new UserError(
      `Nothing was rolled out to stage ${stage} yet, as there is no ${addressOf(settings)}, so there is nothing to go back to. Callers of one function can be moved by hand, at its alias in Lambda's console.`,
    );
  }
  if (record.state !== 'taken-back') return record;
  const active = await Promise.all(
    Object.keys(record.before).map((name) => activeDeployments(codedeploy, prefix, name)),
  );
  if (active.flat().length > 0) return record;
  throw new UserError(
    `The last rollout, of ${record.startedAt}, was taken back already: there is nothing more to go back to. Deploy what is mended.`,
  );
}

/** @throws UserError when a version is not there any more; half a way back would mix releases */
async function returnsOf({ lambda, settings }: RolloutSite, { before }: RolloutRecord): Promise<Return[]> {
  const { prefix } = settings;
  const names = functionNames.filter((name) => functionNameOf(prefix, name) in before);
  const functions = await deployedFunctions(lambda, prefix, names);
  const wanted = Object.entries(before).map(([functionName, to]) => {
    const deployed = functions.find((one) => one.functionName === functionName);
    return { functionName, to, deployed: deployed?.versions.includes(to) ? deployed : undefined };
  });
  const gone = wanted.filter(({ deployed }) => !deployed);
  if (gone.length > 0) {
    const versions = gone.map(({ functionName, to }) => `version ${to} of ${functionName}`).join(', ');
    throw new UserError(
      `Callers had ${versions} before, which is not published any more. Nothing was changed: deploy the commit that was live then.`,
    );
  }
  return wanted.flatMap(({ deployed, to }) => (deployed ? [{ deployed, to }] : []));
}

/** One that cannot be brought back does not keep the others where they are. */
async function bringBackOrSay(site: RolloutSite, one: Return): Promise<boolean> {
  const { name } = one.deployed;
  try {
    site.printLine(`  ${name}: ${await bringBack(site, one)}`);
    return true;
  } catch (error) {
    site.printLine(`  ✗ ${name}: ${describeError(error)}`);
    return false;
  }
}

async function bringBack(site: RolloutSite, { deployed, to }: Return): Promise<string> {
  const { codedeploy, lambda, patience, settings, printLine } = site;
  const { name, functionName } = deployed;
  await untilIdle(codedeploy, settings.prefix, functionName, patience.stop, async (id) => {
    const stopped = await stopDeployment(codedeploy, id);
    const how = stopped ? 'is under way; stopping it' : 'brings it back already; waiting for its end';
    printLine(`  ${name}: deployment ${id} ${how}`);
  });
  // Only now does nobody else move it.
  const { live, shifting } = await aliasOf(lambda, functionName);
  if (live === to && !shifting) return `is at version ${to} already`;
  await pointAlias(lambda, functionName, to);
  return live === to ? `all of its callers get version ${to} again` : `version ${live} → ${to}`;
}
