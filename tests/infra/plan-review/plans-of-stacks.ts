import { isValues, type Values } from '../../../review/plan/terraform/values.ts';
import type { ChangeInput, PlanInput } from '../../../review/plan/testing/plan-builder.ts';

/** The parts of a `cdk.tf.json` that plans are made from. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Values>>>>;
  readonly output?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
}

const account = 'data.aws_caller_identity.account';
const accountId = '123456789012';
const read = { [account]: { account_id: accountId } };

/** The plan of a stack that was never applied, as the real provider would make it: values from AWS are not known yet. */
export function firstPlan({ resource, output = {} }: StackJson): PlanInput {
  const configured = argumentsOf(resource);
  const changes = mapValues(configured, (values): ChangeInput => {
    const resolved = resolve(values, resource) as Values;
    const unknown = unknownIn(resolved) as Values;
    const known = Object.entries(resolved).filter(([name]) => unknown[name] !== true);
    return { after: Object.fromEntries(known), unknown };
  });
  const outputs = mapValues(
    output,
    ({ sensitive = false }): ChangeInput => ({
      actions: ['create'],
      unknown: true,
      secret: sensitive,
    }),
  );
  return { changes, configured, outputs, read };
}

/** The plan that destroys all of a stack. */
export const destroyingPlan = ({ resource }: StackJson): PlanInput => ({
  changes: mapValues(argumentsOf(resource), (values) => ({ before: resolve(values, resource) })),
});

const mapValues = <In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const argumentsOf = (resources: StackJson['resource']): Record<string, Values> =>
  Object.fromEntries(
    Object.entries(resources).flatMap(([type, named]) =>
      Object.entries(named).map(([name, { '//': _, depends_on: __, lifecycle: ___, ...values }]) => [
        `${type}.${name}`,
        values,
      ]),
    ),
  );

/** Replaces references to other resources' arguments and to the account by their values. */
function resolve(value: unknown, resources: StackJson['resource']): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(`\${${account}.account_id}`, accountId)
      .replaceAll(/\$\{(\w+)\.([\w-]+)\.(\w+)\}/g, (whole, type: string, name: string, attribute: string) => {
        const found = resources[type]?.[name]?.[attribute];
        return typeof found === 'string' ? String(resolve(found, resources)) : whole;
      });
  }
  if (Array.isArray(value)) return value.map((item) => resolve(item, resources));
  return isValues(value) ? mapValues(value, (inner) => resolve(inner, resources)) : value;
}

/** `true` wherever a text still contains a reference, in Terraform's format. */
function unknownIn(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${');
  if (Array.isArray(value)) return value.map(unknownIn);
  if (!isValues(value)) return false;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, unknownIn(inner)] as const)
      .filter(([, inner]) => inner !== false),
  );
}
