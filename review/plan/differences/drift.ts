import type { ArnWords } from '../resources/arns.ts';
import { described, type PlannedResource } from '../resources/resources.ts';
import { type Ignores, ignoresNothing } from '../terraform/ignore-changes.ts';
import type { TerraformPlan } from '../terraform/terraform-plan.ts';
import { isValues } from '../terraform/values.ts';
import { differencesOf } from './differences.ts';

/** ARNs as they are: words for them leave out the account, and somebody may have put in another. */
export const exactArns: ArnWords = (text) => text;

/**
 * What was changed outside Terraform, as far as the stack says how it should be. The rest is filled in by AWS, or by
 * resources of their own, such as the policies of a role, and differs as soon as these are applied.
 */
export function driftOf(
  plan: TerraformPlan,
  prefix: string,
  ignores: Ignores = ignoresNothing,
): PlannedResource[] {
  const configured = new Map(
    (plan.configuration.root_module?.resources ?? []).map(
      ({ address, expressions }) => [address, Object.keys(expressions)] as const,
    ),
  );
  return described(plan.resource_drift, prefix, () => ({}))
    .map((resource) => {
      const address = declared(resource.address);
      const given = withAllTags(resource, configured.get(address) ?? []);
      return only(
        resource,
        given.filter((attribute) => !ignores(address, attribute)),
      );
    })
    .filter((resource) => isGone(resource) || differencesOf(resource, exactArns).length > 0);
}

/** An address without the key of one of many: the configuration declares them once. */
const declared = (address: string) => address.replace(/\[.*$/s, '');

const isGone = ({ deed }: PlannedResource) => deed === 'delete';

/** `tags_all` in the place of `tags`: it has those and the provider's own, which the resource does not give. */
const withAllTags = ({ before, after }: PlannedResource, given: readonly string[]): readonly string[] =>
  'tags_all' in before || 'tags_all' in after
    ? [...given.filter((attribute) => attribute !== 'tags'), 'tags_all']
    : given;

/** A resource with no other attributes in its change. */
function only(resource: PlannedResource, attributes: readonly string[]): PlannedResource {
  const picked = (values: unknown) =>
    isValues(values)
      ? Object.fromEntries(Object.entries(values).filter(([name]) => attributes.includes(name)))
      : values;
  const { before, after } = resource.change;
  return { ...resource, change: { ...resource.change, before: picked(before), after: picked(after) } };
}
