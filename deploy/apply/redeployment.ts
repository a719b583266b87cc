import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import { parsePlan, type TerraformPlan } from '../../review/plan/terraform/terraform-plan.ts';
import { readStack, stackFolder } from '../terraform/stacks.ts';
import { Terraform, type Variables } from '../terraform/terraform.ts';

const stack = 'nova-platform';
/** Resources that a deployment of API Gateway is a snapshot of. */
const inSnapshot =
  /^aws_api_gateway_(?:gateway_response|integration|method|model|request_validator|resource)$/;
/** All that a new snapshot changes. */
const ofSnapshot = /^aws_api_gateway_(?:deployment|stage)$/;

/**
 * Whether a plan removes a part of the API: alone, or in a replacement.
 *
 * The deployment that this plan makes still contains that part, and no order within one apply avoids it. A deployment depends
 * on the methods, so Terraform destroys a method only after the deployments that depended on it; the old deployment cannot go
 * before the stage uses the new one; so the new one is a snapshot of an API that still has the method. Replaced methods are in
 * it as well: `create_before_destroy` of a deployment extends to all that it depends on. Source: Terraform's repository,
 * `docs/destroying.md`. The alternative is an API of one OpenAPI `body`, which would replace every route of an existing stage.
 */
export const removesFromApi = ({ resource_changes }: TerraformPlan): boolean =>
  resource_changes.some(({ type, change }) => inSnapshot.test(type) && change.actions.includes('delete'));

/**
 * Deploys the API once more, after an apply that removed parts of it: a removed route would answer until the next change of
 * the API otherwise. Terraform replaces its own deployment, so the state stays right and the next plan has no changes.
 * @param folder for the plan
 * @throws UserError when more than the deployment would change, or Terraform fails
 */
export function redeployApi(folder: string, variables: Variables): void {
  const names = Object.keys(readStack(stack).resource.aws_api_gateway_deployment ?? {});
  const options = names.map((name) => `-replace=aws_api_gateway_deployment.${name}`);
  const terraform = new Terraform(stackFolder(stack), variables);
  const file = join(folder, 'nova-redeployment.tfplan');
  const { resource_changes } = parsePlan(terraform.plan(file, options));
  const others = resource_changes.filter(
    ({ type, change }) => !(ofSnapshot.test(type) || change.actions.every((action) => action === 'no-op')),
  );
  if (others.length > 0) {
    throw new UserError(`It would also change ${others.map(({ address }) => address).join(', ')}.`);
  }
  terraform.apply(file);
}
