import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Change, TerraformPlan } from '../../review/plan/terraform/terraform-plan.ts';
import { isValues, type Values } from '../../review/plan/terraform/values.ts';
import type { Image } from '../image/image.ts';
import { outputFolder } from '../terraform/stacks.ts';

/** What was planned, so that a deployment can tell whether it is still that. */
const PlanRecord = z.object({
  account: z.string(),
  plannedAt: z.iso.datetime(),
  image: z.object({ digest: z.string(), called: z.string() }),
  /** SHA-256 of each stack's synthesis, and of the changes planned for it (empty: none); what planned them. */
  stacks: z.record(z.string(), z.object({ synthesis: z.string(), changes: z.string(), tools: z.string() })),
  /** What the rollout brings besides, in a sentence. */
  overdue: z.string().optional(),
  /** The review in short. */
  summary: z.string(),
  losesData: z.boolean(),
});
export type PlanRecord = z.infer<typeof PlanRecord>;

export const plansFolder = (stage: string) => join(outputFolder, 'plans', stage);
const recordOf = (stage: string) => join(plansFolder(stage), 'record.json');

/** Plans hold sensitive values in the clear: only their owner may read them. */
export const ownerOnly = { mode: 0o600 };

export function makePlansFolder(stage: string): string {
  const folder = plansFolder(stage);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

export const saveRecord = (stage: string, record: PlanRecord) =>
  writeFileSync(recordOf(stage), JSON.stringify(record, null, 2), ownerOnly);

/** The record of the plan that waits to be applied, if any. */
export const readRecord = (stage: string): PlanRecord | undefined =>
  existsSync(recordOf(stage))
    ? PlanRecord.parse(JSON.parse(readFileSync(recordOf(stage), 'utf8')))
    : undefined;

/** A plan is applied once. */
export const dropRecord = (stage: string) => rmSync(recordOf(stage), { force: true });

/**
 * SHA-256 of what a plan changes: two plans with the same would do the same. The image goes by what it is called, since its
 * digest is not known before it is pushed.
 * @returns an empty text when nothing would change
 */
export function changesOf({ resource_changes, output_changes }: TerraformPlan, image: Image): string {
  const resources = resource_changes.filter(({ change }) => isChange(change));
  const outputs = Object.entries(output_changes).filter(([, change]) => isChange(change));
  if (resources.length + outputs.length === 0) return '';
  const told = [
    resources.map(({ address, change }) => [address, ...differencesOf(change)]),
    outputs.map(([name, change]) => [name, ...differencesOf(change)]),
  ];
  return hash('sha256', JSON.stringify(told).replaceAll(image.digest, image.called));
}

/** Without attributes that stay as they are: some, such as how far a stream was read, move by themselves. */
function differencesOf({ actions, before, after, after_unknown, replace_paths }: Change): unknown[] {
  if (!isValues(before) || !isValues(after)) return [actions, after, after_unknown];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const of = (values: Values) => names.map((name) => [name, values[name]]);
  return [actions, of(before), of(after), after_unknown, replace_paths];
}

const isChange = ({ actions }: { readonly actions: readonly string[] }) => !actions.includes('no-op');
