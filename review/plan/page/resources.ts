import { type Difference, differenceOf, differencesOf } from '../differences/differences.ts';
import { exactArns } from '../differences/drift.ts';
import { code, counted, list, section } from '../markdown.ts';
import type { PlannedResource } from '../resources/resources.ts';
import { type Review, withAction } from '../review.ts';
import { countsOf, isConsequence, isCounted } from './consequences.ts';

/** The first section, because it cannot be undone. */
export const lossSection = ({ losses }: Review) =>
  section(
    'DATA WOULD BE LOST',
    list(
      losses.map(({ resource, holds, remedy }) =>
        [
          `**${resource.words}** would be ${resource.action === 'replace' ? 'destroyed and created again, empty' : 'destroyed'} (${code(resource.address)}).`,
          `It holds: ${holds}.`,
          `Why: ${reasonFor(resource)}.`,
          `What to do: ${remedy}`,
        ].join('\n  - '),
      ),
    ),
  );

export const replacedSection = (review: Review) =>
  section('Replaced', blocks(review, withAction(review.resources, 'replace'), reasonFor));

/** Destroyed resources, grouped by reason. The section on data loss lists those with data. */
export function destroyedSection({ resources }: Review): string {
  const byReason = Map.groupBy(withAction(resources, 'delete'), reasonFor);
  return section('Destroyed', list(sorted(byReason).map(([why, gone]) => byNoun(why, gone))));
}

export const forgottenSection = ({ resources }: Review) =>
  section(
    'Forgotten: stays in AWS, but Terraform no longer manages it',
    list(withAction(resources, 'forget').map(title)),
  );

export const changedSection = (review: Review) =>
  section('Changed in place', blocks(review, withAction(review.resources, 'update')));

export const driftSection = ({ drift }: Review) =>
  section(
    'Changed outside Terraform since the last apply',
    list(
      drift.map((resource) =>
        block(
          resource,
          differencesOf(resource, exactArns),
          resource.action === 'delete' ? 'no longer exists' : '',
        ),
      ),
    ),
  );

/** New resources, grouped by folder: a first plan adds hundreds. */
export function addedSection({ resources }: Review): string {
  const byFolder = Map.groupBy(withAction(resources, 'create'), ({ folder }) => folder);
  return section(
    'Added',
    list(sorted(byFolder).map(([folder, added]) => byNoun(code(`modules/${folder}`), added))),
  );
}

function byNoun(head: string, resources: readonly PlannedResource[]): string {
  const [count, name] = [resources.filter(isCounted), resources.filter((resource) => !isCounted(resource))];
  const kinds = sorted(Map.groupBy(name, ({ noun }) => noun));
  const lines = kinds.map(([noun, same]) => `  - ${noun}: ${namesOf(same)}`);
  if (count.length > 0) lines.push(`  - ${countsOf(count)}`);
  return [`${head}: ${counted(resources.length, 'resource')}`, ...lines].join('\n');
}

function namesOf(resources: readonly PlannedResource[]): string {
  const byName = Map.groupBy(resources, ({ name }) => name);
  return sorted(byName)
    .map(([name, { length }]) => (length > 1 ? `${name} ×${length}` : name))
    .join(', ');
}

const sorted = <Value>(groups: ReadonlyMap<string, Value>) =>
  [...groups].sort(([one], [other]) => one.localeCompare(other));

const title = ({ words, address }: PlannedResource) => `**${words}** (${code(address)})`;

function blocks(
  { arnWords }: Pick<Review, 'arnWords'>,
  resources: readonly PlannedResource[],
  remark: (resource: PlannedResource) => string = () => '',
): string {
  const all = resources.map((resource) => ({ resource, differences: differencesOf(resource, arnWords) }));
  const follows = all.filter(({ resource, differences }) => isConsequence(resource, differences));
  const items = all
    .filter((one) => !follows.includes(one))
    .map(({ resource, differences }) => block(resource, differences, remark(resource)));
  if (follows.length > 0)
    items.push(`follows from other changes: ${countsOf(follows.map(({ resource }) => resource))}`);
  return list(items);
}

function block(resource: PlannedResource, differences: readonly Difference[], remark: string): string {
  const seen = resource.action === 'delete' ? [] : differences;
  const unseen = resource.action === 'update' && seen.length === 0;
  const comment = unseen ? 'stays the same once the names in it are known' : remark;
  const head = comment === '' ? title(resource) : `${title(resource)}: ${comment}`;
  const [later, known] = [
    seen.filter(({ isKnownLater }) => isKnownLater),
    seen.filter((one) => !one.isKnownLater),
  ];
  const lines = known.map(({ path, words }) => `${code(path)}: ${words}`);
  // One line for all of them: what they were says nothing.
  if (later.length > 0) lines.push(`known after apply: ${later.map(({ path }) => code(path)).join(', ')}`);
  return [head, ...lines].join('\n  - ');
}

export const outputsSection = ({ outputs }: Review) =>
  section('Outputs', list(outputs.map(([name, change]) => `${code(name)}: ${differenceOf(change)}`)));

/** Terraform's reasons in words. Source: Terraform, "JSON output format", `action_reason`. */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'its last apply failed half-way',
  replace_because_cannot_update: 'it cannot be changed in place',
  replace_by_request: '-replace requested it',
  replace_by_triggers: 'a resource that triggers its replacement changes',
  delete_because_no_resource_config: 'the stack no longer declares it',
  delete_because_no_module: 'its module no longer exists',
  delete_because_wrong_repetition: 'its declaration switched between one and many',
  delete_because_count_index: 'the stack declares fewer of it',
  delete_because_each_key: 'the stack no longer declares its key',
};

/** The reason for replacing or destroying a resource, with the attributes that force it. */
export function reasonFor({ reason, change, action }: PlannedResource): string {
  const paths = change.replace_paths.map((path) => code(path.join('.')));
  if (paths.length > 0) return `${paths.join(' and ')} cannot be changed in place`;
  return (
    reasons[reason ?? ''] ?? (action === 'replace' ? 'Terraform gives no reason' : 'the plan destroys it')
  );
}
