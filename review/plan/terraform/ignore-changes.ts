import { type Values, valuesOf } from './values.ts';

/** Whether a stack ignores changes of an attribute, such as the version of an alias, which rollouts change. */
export type Ignores = (address: string, attribute: string) => boolean;

export const ignoresNothing: Ignores = () => false;

/**
 * Reads `lifecycle.ignore_changes`, which plans do not contain.
 * @param resource of the stack's `cdk.tf.json`
 */
export function ignoredIn({ resource }: { readonly resource: Values }): Ignores {
  return (address, attribute) => {
    const [type = '', name = ''] = address.split('.');
    const { ignore_changes: ignored } = valuesOf(valuesOf(valuesOf(resource[type])[name]).lifecycle);
    if (!Array.isArray(ignored)) return ignored === 'all';
    return ignored.map(topLevel).includes(attribute);
  };
}

/** `environment[0].variables` → `environment` */
const topLevel = (path: unknown) => String(path).replace(/[.[].*$/s, '');
