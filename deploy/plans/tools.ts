import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '@nova/shared/naming';
import type { TerraformPlan } from '../../review/plan/terraform/terraform-plan.ts';
import { stackFolder } from '../terraform/stacks.ts';

/** The tools that made a plan: Terraform, and the providers in its lock file. Other versions may plan other changes. */
export function toolsOf(stack: StackName, { terraform_version }: TerraformPlan): string {
  const path = join(stackFolder(stack), '.terraform.lock.hcl');
  const lock = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const providers = lock.matchAll(/provider "([^"]+)" \{\s+version\s+= "([^"]+)"/g);
  return [
    `terraform ${terraform_version}`,
    ...[...providers].map(([, name, version]) => `${name} ${version}`),
  ].join(', ');
}
