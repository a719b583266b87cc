import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '@nova/shared/naming';
import { type Ignores, ignoredIn } from '../../review/plan/terraform/ignore-changes.ts';
import { parsePlan, type TerraformPlan } from '../../review/plan/terraform/terraform-plan.ts';
import { printLine } from '../console.ts';
import { readStack, stackFolder } from '../terraform/stacks.ts';
import { Terraform, type Variables } from '../terraform/terraform.ts';
import { ownerOnly } from './record.ts';

export interface Planning {
  readonly stacks: readonly StackName[];
  readonly variables: Variables;
  /** Folder for each plan: `<stack>.tfplan` and `<stack>.json`. */
  readonly into: string;
  readonly options?: readonly string[];
  /** Folder of each stack; the synthesized one by default. */
  readonly folderOf?: (stack: StackName) => string;
}

export interface MadePlan {
  readonly stack: StackName;
  readonly plan: TerraformPlan;
  readonly ignores: Ignores;
}

/** Plans stacks, each into its own files. */
export function makePlans({
  stacks,
  variables,
  into,
  options,
  folderOf = stackFolder,
}: Planning): MadePlan[] {
  return stacks.map((stack) => {
    printLine(`Planning ${stack}`);
    const json = new Terraform(folderOf(stack), variables).plan(join(into, `${stack}.tfplan`), options);
    writeFileSync(join(into, `${stack}.json`), json, ownerOnly);
    return { stack, plan: parsePlan(json), ignores: ignoredIn(readStack(stack)) };
  });
}

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
