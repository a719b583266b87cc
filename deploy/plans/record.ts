import { hash } from 'node:crypto';
import {
  type DisposableTempDir,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '@nova/shared/naming';
import * as z from 'zod';
import type { Change, TerraformPlan } from '../../review/plan/terraform/terraform-plan.ts';
import { isValues, type Values } from '../../review/plan/terraform/values.ts';
import type { Image } from '../image/image.ts';
import { outputFolder } from '../terraform/stacks.ts';

/** What was planned, and the plan files that a deployment applies. */
const PlanRecord = z.object({
  account: z.string(),
  /** The commit of the planned stacks; absent without git. */
  commit: z.string().optional(),
  plannedAt: z.iso.datetime(),
  image: z.object({ digest: z.string(), called: z.string() }),
  /** SHA-256 of each stack's synthesis, and of its planned changes (empty when there are none); the tools that planned them. */
  stacks: z.record(z.string(), z.object({ synthesis: z.string(), changes: z.string(), tools: z.string() })),
  /** SHA-256 of each stack's plan file. */
  files: z.record(z.string(), z.string()),
  /** The versions that the rollout brings besides, in a sentence. */
  pendingRollout: z.string().optional(),
  /** The deployment of the API that an earlier apply left to do, in a sentence. */
  pendingRedeployment: z.string().optional(),
  /** The summary of the review. */
  summary: z.string(),
  losesData: z.boolean(),
});
export type PlanRecord = z.infer<typeof PlanRecord>;

export const plansFolder = (stage: string) => join(outputFolder, 'plans', stage);
const recordOf = (stage: string) => join(plansFolder(stage), 'record.json');

/** Plans hold sensitive values in plain text: only their owner may read them. */
export const ownerOnly = { mode: 0o600 };

export function makePlansFolder(stage: string): string {
  const folder = plansFolder(stage);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * A folder beside the plans for plans that nobody applies later. They hold sensitive values, so the folder does not outlive
 * the work.
 */
export const temporaryFolder = (stage: string, prefix: string): DisposableTempDir =>
  mkdtempDisposableSync(join(makePlansFolder(stage), prefix));

/** Terraform's plan of a stack, which only Terraform reads. */
export const planFile = (stage: string, stack: StackName) => join(plansFolder(stage), `${stack}.tfplan`);

export const hashOfPlanFile = (stage: string, stack: StackName) =>
  hash('sha256', readFileSync(planFile(stage, stack)));

export const saveRecord = (stage: string, record: PlanRecord) =>
  writeFileSync(recordOf(stage), JSON.stringify(record, null, 2), ownerOnly);

/** The record of the plan that is ready to be applied, if there is one. */
export const readRecord = (stage: string): PlanRecord | undefined =>
  existsSync(recordOf(stage))
    ? PlanRecord.parse(JSON.parse(readFileSync(recordOf(stage), 'utf8')))
    : undefined;

/** Removes the record: a plan is applied once. */
export const dropRecord = (stage: string) => rmSync(recordOf(stage), { force: true });

/** Removes the record and the plans, but no page. */
export function dropPlans(stage: string): void {
  dropRecord(stage);
  const folder = makePlansFolder(stage);
  for (const name of readdirSync(folder))
    if (/^nova-.*\.(?:tfplan|json)$/.test(name)) rmSync(join(folder, name));
}

/**
 * SHA-256 of the changes of a plan: two plans with the same hash do the same. The image enters by its tag, since its digest
 * is not known before it is pushed.
 * @returns an empty string when the plan changes nothing
 */
export function changesOf({ resource_changes, output_changes }: TerraformPlan, image: Image): string {
  const resources = resource_changes.filter(({ change }) => isChange(change));
  const outputs = Object.entries(output_changes).filter(([, change]) => isChange(change));
  if (resources.length + outputs.length === 0) return '';
  const changes = [
    resources.map(({ address, change }) => [address, ...differencesOf(change)]),
    outputs.map(([name, change]) => [name, ...differencesOf(change)]),
  ];
  return hash('sha256', JSON.stringify(changes).replaceAll(image.digest, image.called));
}

/** Leaves out attributes that a plan does not change: some, such as the position in a stream, change by themselves. */
function differencesOf({ actions, before, after, after_unknown, replace_paths }: Change): unknown[] {
  if (!isValues(before) || !isValues(after)) return [actions, after, after_unknown];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const of = (values: Values) => names.map((name) => [name, values[name]]);
  return [actions, of(before), of(after), after_unknown, replace_paths];
}

const isChange = ({ actions }: { readonly actions: readonly string[] }) => !actions.includes('no-op');
