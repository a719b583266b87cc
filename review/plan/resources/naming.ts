import { functionTag } from '@nova/shared/functions';
import { textOf, type Values, valuesOf } from '../terraform/values.ts';
import { kindOf, typeInWords } from './kinds.ts';

/** Constructs whose name differs from the folder of `modules/` that declares them. */
const folders: Readonly<Record<string, string>> = {
  'api-keys': 'api',
  bus: 'events',
  pipeline: 'access',
  rollouts: 'delivery',
  rules: 'events',
  watch: 'observability',
};

/** Name of a resource in its stack without CDKTF's hash: `data_tables_event-store_D90A074C` → `data_tables_event-store`. */
const withoutHash = (resourceName: string) => resourceName.replace(/_[0-9A-F]{8}$/, '');

/** Folder of `modules/` that declares a resource. */
export function folderOf(resourceName: string): string {
  const [construct = ''] = withoutHash(resourceName).split('_');
  return folders[construct] ?? construct;
}

/** An account and a region, which bucket names end with. */
const bucketEnding = /-\d{12}-[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Name of a route in `shared/routes.ts`: `api_analyze_method_96C10AF1` → `analyze`. */
const routeOf = (resourceName: string) => withoutHash(resourceName).replace(/^api_(.+)_method$/, '$1');

/** The ARN of a function, with the name of an alias or a version at its end. */
const functionArn = /^(arn:[^:]*:lambda:[^:]*:[^:]*:function:[^:]*):[^:]*$/;

/** A short form of a name in AWS, without the prefix of the stage, the ending of buckets and the alias of functions. */
export function shortNameOf(text: string, prefix: string): string {
  const name = text.replace(functionArn, '$1');
  const own = name.split('/').at(-1)?.split(':').at(-1)?.replace(bucketEnding, '');
  return own?.startsWith(`${prefix}-`) ? own.slice(prefix.length + 1) : (own ?? name);
}

export interface Nameable {
  readonly type: string;
  readonly name: string;
  readonly values: Values;
}

/** Finds the resource at an address. */
export type Find = (address: string) => Nameable | undefined;

const reference = /^\$\{(?<address>[a-z0-9_]+\.[\w-]+)\.\w+\}$/;

/**
 * The name of a resource for people: functions have the name of their contract, others the name in AWS or, while that is
 * unknown, the one in the stack. A resource that belongs to another has the name of its owner.
 */
export function resourceName({ type, name, values }: Nameable, prefix: string, find: Find): string {
  const tag = textOf(valuesOf(values.tags), functionTag);
  const given = textOf(values, kindOf(type)?.named ?? 'name');
  const owner = find(reference.exec(given ?? '')?.groups?.address ?? '');
  if (owner) return resourceName(owner, prefix, find);
  return tag ?? (given && !given.includes('${') ? shortNameOf(given, prefix) : routeOf(name));
}

/** `table`, `api gateway model` */
export const nounOf = (type: string) => kindOf(type)?.noun ?? typeInWords(type);
