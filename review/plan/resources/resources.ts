import type { Change, ResourceChange, TerraformPlan } from '../terraform/terraform-plan.ts';
import { type Values, valuesOf } from '../terraform/values.ts';
import { type Find, folderOf, type Nameable, nounOf, resourceName } from './naming.ts';

/** What a plan does to a resource. */
export type PlannedAction = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'nothing';

/** A resource of a plan, as a review describes it. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** Folder of `modules/` that declares it. */
  readonly folder: string;
  /** `table` */
  readonly noun: string;
  /** `event-store` */
  readonly name: string;
  /** `table event-store` */
  readonly words: string;
  readonly action: PlannedAction;
  readonly change: Change;
  readonly before: Values;
  /** The values after apply; while a value is unknown, the template of the configuration (with `${…}`). */
  readonly after: Values;
  /** Terraform's reason, if it gives one. */
  readonly reason: string | undefined;
}

export function resourcesOf(plan: TerraformPlan, prefix: string): PlannedResource[] {
  const configured = plan.configuration.root_module?.resources ?? [];
  const known = new Map([
    ...(plan.prior_state?.values?.root_module?.resources ?? []).map(
      (one) => [one.address, one.values] as const,
    ),
    // Changing resources have the values after apply, without those that are unknown.
    ...plan.resource_changes.map(({ address, change }) => [address, valuesOf(change.after)] as const),
  ]);
  const templates = new Map(
    configured.map(({ address, expressions }) => [address, templatesIn(expressions, known)]),
  );
  return described(plan.resource_changes, prefix, (address) => templates.get(address) ?? {});
}

type Sided = Pick<PlannedResource, 'before' | 'after'> & { readonly changed: ResourceChange };

/**
 * Describes changes for a review.
 * @param templatesOf returns the templates of the configuration, for values that are known only after apply
 */
export function described(
  changes: readonly ResourceChange[],
  prefix: string,
  templatesOf: (address: string) => Values,
): PlannedResource[] {
  const sided = changes
    .filter(({ mode }) => mode === 'managed')
    .map((changed): Sided => {
      const { before, after, after_unknown: unknown } = changed.change;
      return {
        changed,
        before: valuesOf(before),
        after: withTemplates(valuesOf(after), valuesOf(unknown), templatesOf(changed.address)),
      };
    });
  const nameable = new Map(sided.map((side) => [side.changed.address, nameableOf(side)]));
  return sided.map((side) => planned(side, prefix, (address) => nameable.get(address)));
}

const nameableOf = ({ changed: { type, name, change }, before, after }: Sided): Nameable => ({
  type,
  name,
  values: (change.after ?? null) === null ? before : after,
});

function planned(side: Sided, prefix: string, find: Find): PlannedResource {
  const { changed, before, after } = side;
  const { address, type, change, action_reason: reason } = changed;
  const noun = nounOf(type);
  const name = resourceName(nameableOf(side), prefix, find);
  return {
    address,
    type,
    folder: folderOf(changed.name),
    noun,
    name,
    words: `${noun} ${name}`,
    action: actionOf(change),
    change,
    before,
    after,
    reason,
  };
}

const withTemplates = (after: Values, unknown: Values, templates: Values): Values => ({
  ...after,
  ...Object.fromEntries(Object.entries(templates).filter(([attribute]) => unknown[attribute] === true)),
});

const reference = /\$\{((?:data\.)?[a-z0-9_]+\.[\w-]+)\.(\w+)\}/g;

/** Text arguments, with known values of other resources filled in. */
const templatesIn = (expressions: Values, known: ReadonlyMap<string, Values>): Values =>
  Object.fromEntries(
    Object.entries(expressions).flatMap(([attribute, expression]) => {
      const template = valuesOf(expression).constant_value;
      if (typeof template !== 'string') return [];
      const filled = template.replaceAll(reference, (whole, address: string, name: string) =>
        String(known.get(address)?.[name] ?? whole),
      );
      return [[attribute, filled]];
    }),
  );

function actionOf({ actions }: Change): PlannedAction {
  if (actions.includes('delete')) return actions.includes('create') ? 'replace' : 'delete';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'forget' ? action : 'nothing';
}
