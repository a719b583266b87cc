import { UserError } from '@nova/shared/run-main';
import type { Dependencies } from './dependencies.ts';
import { readRollout } from './record.ts';
import { type Deployed, deployedFunctions, dueVersion } from './versions.ts';

/**
 * Describes a pending rollout: published versions that callers do not get yet, or that were rolled back. The next rollout
 * brings them to callers besides what is planned.
 * @returns a sentence for the plan's page; undefined when callers get the newest versions
 */
export async function pendingRollout({
  lambda,
  s3,
  settings,
}: Pick<Dependencies, 'lambda' | 's3' | 'settings'>): Promise<string | undefined> {
  const functions = await deployedFunctions(lambda, settings.prefix).catch(noneYet);
  const due = functions.filter((deployed) => dueVersion(deployed) !== undefined);
  if (due.length === 0) return undefined;
  const names = due.map(({ name }) => name).join(', ');
  const { record } = (await readRollout(s3, settings)) ?? {};
  return record?.state === 'taken-back'
    ? `The last rollout, of ${record.startedAt}${record.commit === undefined ? '' : ` (commit ${record.commit})`}, was rolled back. A deployment brings the same versions to callers again unless it contains a fix: ${names}.`
    : `Callers do not get the newest version of ${names} yet: a deployment resumes that rollout.`;
}

/** A stage that is not deployed has no pending rollout. */
function noneYet(error: unknown): Deployed[] {
  if (error instanceof UserError) return [];
  throw error;
}
