import { GetRolePolicyCommand, type IAMClient } from '@aws-sdk/client-iam';
import { rolloutsRoleOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';

/**
 * Checks that the account does not have the stage in another region: roles have no region in their names, so Terraform would find
 * them half-way. Where the caller may not read the role, Terraform says so.
 * @throws UserError naming the region that the stage is in
 */
export async function expectNoOtherRegion(
  iam: Pick<IAMClient, 'send'>,
  { stage, prefix, region }: Pick<Settings, 'stage' | 'prefix' | 'region'>,
): Promise<void> {
  const found = await regionOfRole(iam, rolloutsRoleOf(prefix));
  if (found === undefined || found === region) return;
  throw new UserError(
    `Stage ${stage} is in ${found} already, and a stage is in one region: give REGION=${found}, or choose another stage for ${region}.`,
  );
}

/** The region of the functions that the role of rollouts may update; undefined when there is no such role to read. */
async function regionOfRole(iam: Pick<IAMClient, 'send'>, name: string): Promise<string | undefined> {
  try {
    const request = new GetRolePolicyCommand({ RoleName: name, PolicyName: name });
    const { PolicyDocument = '' } = await iam.send(request);
    return /arn:aws:lambda:([\w-]+):/.exec(decodeURIComponent(PolicyDocument))?.[1];
  } catch (error) {
    if (/^(NoSuchEntity|AccessDenied)/.test((error as Error).name)) return undefined;
    throw error;
  }
}
