import type { ArnWords } from '../resources/arns.ts';
import type { PlannedAction, PlannedResource } from '../resources/resources.ts';
import type { Values } from '../terraform/values.ts';
import type { Grant } from './grant.ts';
import { readers } from './readers.ts';

/** How a plan changes permissions. */
export interface AccessChange {
  readonly gained: readonly Grant[];
  readonly lost: readonly Grant[];
  /** Resources whose grants are known only after apply. */
  readonly unknown: readonly string[];
}

export function accessChange(
  resources: readonly PlannedResource[],
  arnWords: ArnWords,
  prefix: string,
): AccessChange {
  const granting = resources.filter(
    ({ type, action }) => changing.has(action) && Object.hasOwn(readers, type),
  );
  const read = ({ type, words }: PlannedResource, values: Values) =>
    readers[type]?.({ values, words, prefix, arnWords });
  const before = granting.filter(existed).flatMap((resource) => read(resource, resource.before) ?? []);
  const after = granting
    .filter(remains)
    .map((resource) => ({ resource, grants: read(resource, resource.after) }));
  const granted = after.flatMap(({ grants }) => grants ?? []);
  return {
    gained: without(granted, before),
    lost: without(before, granted),
    unknown: after.filter(({ grants }) => grants === undefined).map(({ resource }) => resource.words),
  };
}

/** A forgotten resource continues to grant what it did. */
const changing: ReadonlySet<PlannedAction> = new Set(['create', 'update', 'replace', 'delete']);
const existed = ({ action }: PlannedResource) => action !== 'create';
const remains = ({ action }: PlannedResource) => action !== 'delete';

const keyOf = ({ who, allows, action, on, when }: Grant) => JSON.stringify([who, allows, action, on, when]);

function without(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  const known = new Set(others.map(keyOf));
  const unique = new Map(grants.map((grant) => [keyOf(grant), grant]));
  return [...unique].filter(([key]) => !known.has(key)).map(([, grant]) => grant);
}
