import { StackError, type StackResource } from '../../../contracts.ts';

/** Values of `$context`, nested as their names are: `error.message` is in `error`. */
export type ContextValues = Readonly<Record<string, unknown>>;

const variable = /\$context((?:\.\w+)+)/g;
/** Parts of the mapping language beyond variables. */
const directive = /#(?:set|if|else|elseif|foreach|end)\b|\$(?:input|util)\b/;

/** @throws StackError for a template the local gateway cannot render */
export function checkTemplate(template: string, resource: StackResource): void {
  const found = directive.exec(template)?.[0];
  if (!found) return;
  throw new StackError(
    `${resource.address}: ${found} in a template is not run locally; only $context variables are.`,
  );
}

/**
 * Replaces a template's `$context` variables.
 * @param missing the text for a missing value
 * @param json whether the template is JSON, so that values must not break out of its texts
 */
export function render(template: string, values: ContextValues, missing: string, json: boolean): string {
  return template.replace(variable, (_, path: string) => {
    const value = valueAt(values, path.slice(1));
    if (value === undefined || value === null) return missing;
    const text = String(value);
    // messageString includes its own quotes, as JSON.
    return json && path !== '.error.messageString' ? JSON.stringify(text).slice(1, -1) : text;
  });
}

/** The value a dotted path leads to. */
export function valueAt(values: ContextValues, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], values);
}
