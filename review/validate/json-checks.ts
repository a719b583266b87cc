import { referencesIn, type SynthesizedStack } from '../synthesized-stack.ts';
import { type Block, schemaOf, type Type } from './schema/bindings.ts';
import { UnknownTypeError } from './schema/source.ts';
import { withNewer } from './schema/supplement.ts';

/** Something that Terraform would refuse. */
export interface Fault {
  readonly address: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Arguments for Terraform itself, not for the provider. */
const metaArguments = new Set([
  '//',
  'count',
  'depends_on',
  'for_each',
  'lifecycle',
  'provider',
  'provisioner',
  'connection',
]);

/** Faults of a stack that are visible without Terraform: unknown or missing arguments, wrong types, and dangling references. */
export function jsonFaults(stack: SynthesizedStack): Fault[] {
  const kinds = [
    ['resource', stack.file.resource, ''],
    ['data', stack.file.data ?? {}, 'data.'],
  ] as const;
  const declared = declaredIn(stack);
  return kinds.flatMap(([kind, types, prefix]) =>
    Object.entries(types).flatMap(([type, named]) =>
      Object.entries(named).flatMap(([id, values]) => {
        const address = `${prefix}${type}.${id}`;
        return [...argumentFaults(type, kind, address, values), ...dangling(address, values, declared)];
      }),
    ),
  );
}

function argumentFaults(
  type: string,
  kind: 'resource' | 'data',
  address: string,
  values: Readonly<Record<string, unknown>>,
): Fault[] {
  try {
    const given = Object.entries(values).filter(([name]) => !metaArguments.has(name));
    return blockFaults(withNewer(type, schemaOf(type, kind)), Object.fromEntries(given), address, '');
  } catch (error) {
    if (!(error instanceof UnknownTypeError)) throw error;
    const remedy = 'Check the spelling of the type against the AWS provider';
    return [{ address, problem: error.message.replace(`${type}: `, ''), remedy }];
  }
}

function blockFaults(
  schema: Block,
  values: Readonly<Record<string, unknown>>,
  address: string,
  path: string,
): Fault[] {
  const { attributes, blocks } = schema;
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(values)) {
    const where = `${path}${name}`;
    const attribute = attributes[name];
    const block = blocks[name];
    if (block) {
      for (const item of [value].flat()) faults.push(...nestedFaults(block, item, address, where));
    } else if (!attribute || (attribute.computed && !attribute.optional)) {
      const known = [...Object.keys(attributes), ...Object.keys(blocks)];
      faults.push({ address, problem: `${where} is not an argument`, remedy: nearest(name, known) });
    } else if (!fits(value, attribute.type)) {
      const problem = `${where} is ${JSON.stringify(value)}`;
      faults.push({ address, problem, remedy: `It must be ${typeName(attribute.type)}` });
    }
  }
  const required = [...Object.entries(attributes), ...Object.entries(blocks)].filter(
    ([, one]) => one.required,
  );
  for (const [name] of required) {
    if (values[name] !== undefined && values[name] !== null) continue;
    faults.push({ address, problem: `${path}${name} is missing`, remedy: 'It is required' });
  }
  return faults;
}

function nestedFaults(block: Block, item: unknown, address: string, where: string): Fault[] {
  if (typeof item === 'object' && item !== null) {
    return blockFaults(block, item as Record<string, unknown>, address, `${where}.`);
  }
  return [
    { address, problem: `${where} is ${JSON.stringify(item)}`, remedy: 'It must be a block of arguments' },
  ];
}

/** Whether Terraform can convert the value; the value of an expression is unknown here. */
function fits(value: unknown, type: Type): boolean {
  if (value === null || type === 'dynamic') return true;
  if (typeof value === 'string' && /[$%]\{/.test(value)) return true;
  if (typeof type !== 'string') {
    const [collection, element] = type;
    if (collection !== 'map') return Array.isArray(value) && value.every((item) => fits(item, element));
    if (typeof value !== 'object' || Array.isArray(value)) return false;
    return Object.values(value).every((item) => fits(item, element));
  }
  if (typeof value === 'object') return false;
  if (type === 'number') return value !== '' && typeof value !== 'boolean' && Number.isFinite(Number(value));
  if (type === 'bool') return typeof value === 'boolean' || value === 'true' || value === 'false';
  return true;
}

const typeName = (type: Type) => (typeof type === 'string' ? `a ${type}` : `a ${type[0]} of ${type[1]}s`);

/** A suggestion for a misspelled argument. */
function nearest(name: string, known: readonly string[]): string {
  const alike = known.find((other) => distance(name, other) <= Math.ceil(name.length / 4) + 1);
  return alike
    ? `Did you mean ${alike}?`
    : 'Remove it, or see docs/adr/0008 if the provider is newer than the bindings';
}

/** Number of letters to change, insert or delete (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let at = 1; at <= a.length; at += 1) {
    const next = [at];
    for (let place = 1; place <= b.length; place += 1) {
      const change = (row[place - 1] ?? 0) + (a[at - 1] === b[place - 1] ? 0 : 1);
      next.push(Math.min(change, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function declaredIn({ file }: SynthesizedStack): ReadonlySet<string> {
  const addresses = (kinds: Readonly<Record<string, object>> = {}, prefix = '') =>
    Object.entries(kinds).flatMap(([type, named]) =>
      Object.keys(named).map((id) => `${prefix}${type}.${id}`),
    );
  const variables = Object.keys(file.variable ?? {}).map((name) => `var.${name}`);
  return new Set([...addresses(file.resource), ...addresses(file.data, 'data.'), ...variables]);
}

function dangling(
  address: string,
  values: Readonly<Record<string, unknown>>,
  declared: ReadonlySet<string>,
): Fault[] {
  const named = [...referencesIn(JSON.stringify(values)), ...((values.depends_on ?? []) as string[])];
  return [...new Set(named)]
    .filter((reference) => !declared.has(reference))
    .map((reference) => ({
      address,
      problem: `refers to ${reference}, which the stack does not declare`,
      remedy: 'Declare it, or refer to something else',
    }));
}
