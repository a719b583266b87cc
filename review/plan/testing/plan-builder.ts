import { renderReview } from '../page/render.ts';
import { reviewOf } from '../review.ts';
import { parsePlan } from '../terraform/terraform-plan.ts';
import type { Values } from '../terraform/values.ts';

/** The input for a change as `terraform show -json` writes it. Values are known and not sensitive by default. */
export interface ChangeInput {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly secret?: unknown;
  readonly wasSecret?: unknown;
  readonly actions?: readonly string[];
  readonly replacePaths?: readonly (readonly string[])[];
  readonly reason?: string;
}

export const changeJson = (input: ChangeInput) => ({
  actions: input.actions ?? actionsFor(input),
  before: input.before ?? null,
  after: input.after ?? null,
  after_unknown: input.unknown ?? {},
  before_sensitive: input.wasSecret ?? {},
  after_sensitive: input.secret ?? {},
  ...(input.replacePaths ? { replace_paths: input.replacePaths } : {}),
});

/** An output that is known only after apply has no `after`. */
function outputJson(input: ChangeInput) {
  const { after, ...rest } = changeJson(input);
  return input.unknown === true ? rest : { ...rest, after };
}

function actionsFor({ before, after, replacePaths }: ChangeInput): string[] {
  if (replacePaths) return ['delete', 'create'];
  if (before === undefined) return ['create'];
  return after === undefined ? ['delete'] : ['update'];
}

export const resourceJson = (address: string, input: ChangeInput) => {
  const [type = '', name = ''] = address.split('.');
  return {
    address,
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: changeJson(input),
    ...(input.reason ? { action_reason: input.reason } : {}),
  };
};

export interface PlanInput {
  readonly changes?: Readonly<Record<string, ChangeInput>>;
  readonly outputs?: Readonly<Record<string, ChangeInput>>;
  readonly drift?: Readonly<Record<string, ChangeInput>>;
  /** Arguments in the stack, including templates, by address. */
  readonly configured?: Readonly<Record<string, Values>>;
  /** Values that were read from the account, by address. */
  readonly read?: Readonly<Record<string, Values>>;
}

/** A plan in the form of `terraform show -json`, format version 1.2. */
export const planJson = ({
  changes = {},
  outputs = {},
  drift = {},
  configured = {},
  read = {},
}: PlanInput): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    resource_changes: Object.entries(changes).map(([address, input]) => resourceJson(address, input)),
    resource_drift: Object.entries(drift).map(([address, input]) => resourceJson(address, input)),
    output_changes: Object.fromEntries(
      Object.entries(outputs).map(([name, input]) => [name, outputJson(input)]),
    ),
    prior_state: {
      format_version: '1.0',
      values: {
        root_module: {
          resources: Object.entries(read).map(([address, values]) => ({ address, mode: 'data', values })),
        },
      },
    },
    configuration: {
      root_module: {
        resources: Object.entries(configured).map(([address, values]) => ({
          address,
          mode: 'managed',
          expressions: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, { constant_value: value }]),
          ),
        })),
      },
    },
    applyable: true,
    complete: true,
    errored: false,
  });

/** The review of one plan of stage `dev`. */
export const reviewed = (input: PlanInput) =>
  reviewOf('dev', [{ stack: 'nova-platform', plan: parsePlan(planJson(input)) }]);

/** That review as Markdown. */
export const rendered = (input: PlanInput) => renderReview(reviewed(input));

/** Policies as a plan has them, for tests. */

export const policy = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const allow = (actions: string | string[], resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
  ...more,
});
export const roleMay = (...statements: object[]) => ({
  role: 'nova-dev-audio-handler',
  policy: policy(...statements),
});
