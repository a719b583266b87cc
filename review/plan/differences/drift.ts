import type { ArnWords } from '../resources/arns.ts';
import { described, type PlannedResource } from '../resources/resources.ts';
import { type Ignores, ignoresNothing } from '../terraform/ignore-changes.ts';
import type { TerraformPlan } from '../terraform/terraform-plan.ts';
import { isValues } from '../terraform/values.ts';
import { differencesOf } from './differences.ts';

/** ARNs unchanged: their words leave out the account, which may differ after a change by hand. */
export const exactArns: ArnWords = (text) => text;

/**
 * Changes that were made outside Terraform to attributes that the stack sets. AWS, or separate resources such as the policies
 * of a role, set the other attributes, and those differ after every apply.
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

/** An address without the key of an instance: the configuration declares all instances once. */
const declared = (address: string) => address.replace(/\[.*$/s, '');

const isGone = ({ action }: PlannedResource) => action === 'delete';

/** Replaces `tags` by `tags_all`, which also holds the provider's default tags. */
const withAllTags = ({ before, after }: PlannedResource, given: readonly string[]): readonly string[] =>
  'tags_all' in before || 'tags_all' in after
    ? [...given.filter((attribute) => attribute !== 'tags'), 'tags_all']
    : given;

/** A resource whose change contains only these attributes. */
function only(resource: PlannedResource, attributes: readonly string[]): PlannedResource {
  const picked = (values: unknown) =>
    isValues(values)
      ? Object.fromEntries(Object.entries(values).filter(([name]) => attributes.includes(name)))
      : values;
  const { before, after } = resource.change;
  return { ...resource, change: { ...resource.change, before: picked(before), after: picked(after) } };
}
