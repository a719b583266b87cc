import type { PlannedAction, PlannedResource } from './resources/resources.ts';
import type { Values } from './terraform/values.ts';

/** A resource, as it is priced. */
export interface PricedResource {
  readonly type: string;
  readonly name: string;
  readonly values: Values;
}

/** The cost of resources in US dollars a month; undefined when one of them has no price. */
export type CostOf = (resources: readonly PricedResource[]) => number | undefined;

/** US dollars a month before a plan and after it. */
export interface CostChange {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export function costChange(resources: readonly PlannedResource[], costOf: CostOf): CostChange {
  const priced = (side: 'before' | 'after', absent: readonly PlannedAction[]) =>
    resources
      .filter(({ action }) => !absent.includes(action))
      .map(({ type, address, [side]: values }) => ({ type, name: address.slice(type.length + 1), values }));
  return {
    before: costOf(priced('before', ['create'])),
    after: costOf(priced('after', ['delete', 'forget'])),
  };
}
