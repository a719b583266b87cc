import { UserError } from '@nova/shared/run-main';
import type { RolloutSite } from './dependencies.ts';
import { readRollout } from './record.ts';
import { type Deployed, deployedFunctions, dueVersion } from './versions.ts';

/**
 * What the next rollout brings to callers beside what is planned: versions that were applied and did not come to them, or
 * were taken back.
 * @returns a sentence for whoever reads the plan; undefined where callers are at the newest versions
 */
export async function overdueRollout({
  lambda,
  s3,
  settings,
}: Pick<RolloutSite, 'lambda' | 's3' | 'settings'>): Promise<string | undefined> {
  const functions = await deployedFunctions(lambda, settings.prefix).catch(noneYet);
  const due = functions.filter((deployed) => dueVersion(deployed) !== undefined);
  if (due.length === 0) return undefined;
  const names = due.map(({ name }) => name).join(', ');
  const { record } = (await readRollout(s3, settings)) ?? {};
  return record?.state === 'taken-back'
    ? `The last rollout, of ${record.startedAt}, was taken back. A deployment brings it to callers again, unless what it changed is mended: ${names}.`
    : `Callers are not at the newest version of ${names}: a deployment goes on with that rollout.`;
}

/** A stage that is not deployed has nothing to roll out. */
function noneYet(error: unknown): Deployed[] {
  if (error instanceof UserError) return [];
  throw error;
}
