import type { PlannedResource } from './resources.ts';
import type { Values } from './values.ts';

/** A resource as a price is put on it. */
export interface PricedResource {
  readonly type: string;
  readonly address: string;
  readonly values: Values;
}

/** US dollars a month that resources cost. */
export type CostOf = (resources: readonly PricedResource[]) => number;

/** US dollars a month before a plan and after it. */
export interface CostChange {
  readonly before: number;
  readonly after: number;
}

export function costChange(resources: readonly PlannedResource[], costOf: CostOf): CostChange {
  const priced = (side: 'before' | 'after', missing: PlannedResource['deed'][]) =>
    resources
      .filter(({ deed }) => !missing.includes(deed))
      .map(({ type, address, [side]: values }) => ({ type, address, values }));
  return {
    before: costOf(priced('before', ['create'])),
    after: costOf(priced('after', ['delete', 'forget'])),
  };
}
