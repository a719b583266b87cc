import { differenceOf, differencesOf } from '../differences/differences.ts';
import { exactArns } from '../differences/drift.ts';
import { code, counted, list, section } from '../markdown.ts';
import type { PlannedResource } from '../resources/resources.ts';
import { type Review, withDeed } from '../review.ts';

/** The first thing to read: what cannot be undone. */
export const lossSection = ({ losses }: Review) =>
  section(
    'DATA WOULD BE LOST',
    list(
      losses.map(({ resource, holds, remedy }) =>
        [
          `**${resource.words}** would be ${resource.deed === 'replace' ? 'destroyed and made anew, empty' : 'destroyed'} (${code(resource.address)}).`,
          `It holds: ${holds}.`,
          `Why: ${whyOf(resource)}.`,
          `What to do: ${remedy}`,
        ].join('\n  - '),
      ),
    ),
  );

export const replacedSection = (review: Review) =>
  section('Replaced', blocks(review, withDeed(review.resources, 'replace'), whyOf));

/** What goes, by why it does; what of it held data stands above. */
export function destroyedSection({ resources }: Review): string {
  const byReason = Map.groupBy(withDeed(resources, 'delete'), whyOf);
  return section('Destroyed', list(sorted(byReason).map(([why, gone]) => byNoun(why, gone))));
}

export const forgottenSection = ({ resources }: Review) =>
  section(
    'Forgotten: stays in AWS, and Terraform no longer knows it',
    list(withDeed(resources, 'forget').map(title)),
  );

export const changedSection = (review: Review) =>
  section('Changed in place', blocks(review, withDeed(review.resources, 'update')));

export const driftSection = ({ drift }: Review) =>
  section(
    'Changed outside Terraform since the last apply',
    blocks({ arnWords: exactArns }, drift, ({ deed }) => (deed === 'delete' ? 'is gone' : '')),
  );

/** What comes new, by folder: a first plan adds hundreds. */
export function addedSection({ resources }: Review): string {
  const byFolder = Map.groupBy(withDeed(resources, 'create'), ({ folder }) => folder);
  return section(
    'Added',
    list(sorted(byFolder).map(([folder, added]) => byNoun(code(`modules/${folder}`), added))),
  );
}

function byNoun(head: string, resources: readonly PlannedResource[]): string {
  const kinds = sorted(Map.groupBy(resources, ({ noun }) => noun));
  const lines = kinds.map(([noun, same]) => `  - ${noun}: ${namesOf(same)}`);
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
  return list(
    resources.map((resource) => {
      const lines = resource.deed === 'delete' ? [] : differencesOf(resource, arnWords);
      const unseen = resource.deed === 'update' && lines.length === 0;
      const said = unseen ? 'the same, once what it names is known' : remark(resource);
      const head = said === '' ? title(resource) : `${title(resource)}: ${said}`;
      return [head, ...lines.map(({ path, words }) => `${code(path)}: ${words}`)].join('\n  - ');
    }),
  );
}

export const outputsSection = ({ outputs }: Review) =>
  section('Outputs', list(outputs.map(([name, change]) => `${code(name)}: ${differenceOf(change)}`)));

/** Why Terraform would do it. Source: Terraform, "JSON output format", `action_reason`. */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'its last apply failed half-way',
  replace_because_cannot_update: 'it cannot be changed in place',
  replace_by_request: 'it was asked for with -replace',
  replace_by_triggers: 'something it is bound to is replaced',
  delete_because_no_resource_config: 'the stack does not declare it any more',
  delete_because_no_module: 'its module is gone',
  delete_because_wrong_repetition: 'it is declared once now, not many times, or the other way round',
  delete_because_count_index: 'fewer of it are declared',
  delete_because_each_key: 'its key is not declared any more',
};

/** Why a resource would be replaced or destroyed, naming the attributes that force it. */
export function whyOf({ reason, change, deed }: PlannedResource): string {
  const paths = change.replace_paths.map((path) => code(path.join('.')));
  if (paths.length > 0) return `${paths.join(' and ')} cannot be changed in place`;
  return (
    reasons[reason ?? ''] ?? (deed === 'replace' ? 'Terraform does not say why' : 'the plan destroys it')
  );
}
