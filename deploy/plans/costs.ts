import { total } from '../../cost/line.ts';
import { linesOf, UnknownCostError } from '../../cost/meters/all.ts';
import { type Profile, profiles } from '../../cost/profile.ts';
import { usageOf } from '../../cost/usage.ts';
import type { CostOf, PricedResource } from '../../review/plan/cost.ts';
import { SynthesizedStack } from '../../review/synthesized-stack.ts';

/** What resources cost in a month of each profile that `make cost` shows, without tokens. */
export const costs: Readonly<Record<string, CostOf>> = Object.fromEntries(
  profiles.map((profile) => [profile.name, costIn(profile)]),
);

function costIn(profile: Profile): CostOf {
  const usage = usageOf(profile);
  return (resources) => {
    try {
      return total(linesOf(stackOf(resources), usage));
    } catch (error) {
      // An old state may hold types that no longer have a price; the plan must stay readable.
      if (error instanceof UnknownCostError) return undefined;
      throw error;
    }
  };
}

function stackOf(resources: readonly PricedResource[]): SynthesizedStack {
  const byType = Map.groupBy(resources, ({ type }) => type);
  const resource = [...byType].map(([type, same]) => [
    type,
    Object.fromEntries(same.map(({ name, values }) => [name, values])),
  ]);
  return new SynthesizedStack({ resource: Object.fromEntries(resource), terraform: {}, provider: {} });
}
