import { differencesOf } from '../differences.ts';
import { code, counted, list, section } from '../markdown.ts';
import { whyOf } from '../reasons.ts';
import type { PlannedResource } from '../resources.ts';
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

export const destroyedSection = ({ resources }: Review) =>
  section(
    'Destroyed',
    list(withDeed(resources, 'delete').map((resource) => `${title(resource)}: ${whyOf(resource)}`)),
  );

export const forgottenSection = ({ resources }: Review) =>
  section(
    'Forgotten: stays in AWS, and Terraform no longer knows it',
    list(withDeed(resources, 'forget').map(title)),
  );

export const changedSection = (review: Review) =>
  section('Changed in place', blocks(review, withDeed(review.resources, 'update')));

export const driftSection = (review: Review) =>
  section(
    'Changed outside Terraform since the last apply',
    blocks(review, review.drift, ({ deed }) => (deed === 'delete' ? 'is gone' : '')),
  );

/** What comes new, by folder: a first plan adds hundreds. */
export function addedSection({ resources }: Review): string {
  const byFolder = Map.groupBy(withDeed(resources, 'create'), ({ folder }) => folder);
  return section('Added', list(sorted(byFolder).map(([folder, added]) => addedIn(folder, added))));
}

function addedIn(folder: string, added: readonly PlannedResource[]): string {
  const byNoun = Map.groupBy(added, ({ noun }) => noun);
  const lines = sorted(byNoun).map(([noun, same]) => `  - ${noun}: ${namesOf(same)}`);
  return [`${code(`modules/${folder}`)}: ${counted(added.length, 'resource')}`, ...lines].join('\n');
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
  { arnWords }: Review,
  resources: readonly PlannedResource[],
  remark: (resource: PlannedResource) => string = () => '',
): string {
  return list(
    resources.map((resource) => {
      const said = remark(resource);
      const head = said === '' ? title(resource) : `${title(resource)}: ${said}`;
      const lines = resource.deed === 'delete' ? [] : differencesOf(resource, arnWords);
      return [head, ...lines.map(({ path, words }) => `${code(path)}: ${words}`)].join('\n  - ');
    }),
  );
}
