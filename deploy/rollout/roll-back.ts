import { functionNames } from '@nova/shared/functions';
import { functionNameOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { describeError } from '../aws-errors.ts';
import { activeDeployments } from './codedeploy/deployments.ts';
import { stopDeployment, waitUntilIdle } from './codedeploy/idle.ts';
import type { Dependencies } from './dependencies.ts';
import { addressOf, type RolloutRecord, readRollout, writeRollout } from './record.ts';
import { aliasOf, type Deployed, deployedFunctions, pointAlias } from './versions.ts';

/** A function that the last rollout changed, and the version that its callers had before. */
interface Restoration {
  readonly deployed: Deployed;
  readonly to: number;
}

/**
 * Restores the versions that callers had before the last rollout, at once. Functions that the rollout did not change stay as
 * they are.
 * @throws UserError when there is nothing to roll back, or a function cannot be restored
 */
export async function rollBack(dependencies: Dependencies): Promise<void> {
  const { s3, settings, printLine } = dependencies;
  const record = await recordOf(dependencies);
  const restorations = await restorationsOf(dependencies, record);
  const restored = await Promise.all(restorations.map((one) => tryToRestore(dependencies, one)));
  const left = restorations.filter((_, index) => !restored[index]).map(({ deployed }) => deployed.name);
  if (left.length > 0) {
    throw new UserError(
      `${left.join(', ')} could not be rolled back, for the reason above. Correct it, then run \`make rollback STAGE=${settings.stage}\` again: it continues with the remaining functions.`,
    );
  }
  await writeRollout(s3, settings, { ...record, state: 'taken-back' });
  printLine('Done. The next `make rollout` brings the newest versions back, so deploy a fix first.');
}

/** @throws UserError when there is no rollout to roll back */
async function recordOf({ codedeploy, s3, settings }: Dependencies): Promise<RolloutRecord> {
  const { record } = (await readRollout(s3, settings)) ?? {};
  const { prefix, stage } = settings;
  if (!record) {
    throw new UserError(
      `Nothing was rolled out to stage ${stage} yet: there is no ${addressOf(settings)}, so there is nothing to roll back to. To change the version of one function by hand, edit its alias in Lambda's console.`,
    );
  }
  if (record.state !== 'taken-back') return record;
  const active = await Promise.all(
    Object.keys(record.before).map((name) => activeDeployments(codedeploy, prefix, name)),
  );
  if (active.flat().length > 0) return record;
  throw new UserError(
    `The last rollout, of ${record.startedAt}, was rolled back already: there is nothing left to roll back to. Deploy a fix.`,
  );
}

/** @throws UserError when a version no longer exists; a partial rollback would mix releases */
async function restorationsOf(
  { lambda, settings }: Dependencies,
  { before }: RolloutRecord,
): Promise<Restoration[]> {
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
      `Callers had ${versions} before, which no longer exists. Nothing was changed: deploy the commit that was live then.`,
    );
  }
  return wanted.flatMap(({ deployed, to }) => (deployed ? [{ deployed, to }] : []));
}

/** A function that cannot be restored does not stop the others. */
async function tryToRestore(dependencies: Dependencies, one: Restoration): Promise<boolean> {
  const { name } = one.deployed;
  try {
    dependencies.printLine(`  ${name}: ${await restore(dependencies, one)}`);
    return true;
  } catch (error) {
    dependencies.printLine(`  ✗ ${name}: ${describeError(error)}`);
    return false;
  }
}

async function restore(dependencies: Dependencies, { deployed, to }: Restoration): Promise<string> {
  const { codedeploy, lambda, polling, settings, printLine } = dependencies;
  const { name, functionName } = deployed;
  await waitUntilIdle(codedeploy, settings.prefix, functionName, polling.stop, async (id) => {
    const stopped = await stopDeployment(codedeploy, id);
    const how = stopped ? 'is in progress; stopping it' : 'is rolling it back already; waiting for its end';
    printLine(`  ${name}: deployment ${id} ${how}`);
  });
  // From here on no deployment changes the alias.
  const { live, shifting } = await aliasOf(lambda, functionName);
  if (live === to && !shifting) return `is at version ${to} already`;
  await pointAlias(lambda, functionName, to);
  return live === to ? `all callers get version ${to} again` : `version ${live} → ${to}`;
}
