import { sourceOf } from './source.ts';

/** A type in the JSON of Terraform's protocol: `"string"`, `["list", "string"]`. */
export type Type = string | readonly ['list' | 'set' | 'map', string];

export interface Attribute {
  readonly type: Type;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock extends Block {
  readonly nesting: 'list' | 'set';
  readonly required: boolean;
}

const known = new Map<string, Block>();

/**
 * The schema of a resource or data source, as the bindings were generated from the provider's own.
 * @throws UnknownTypeError for a type without bindings
 */
export function schemaOf(type: string, kind: 'resource' | 'data'): Block {
  const key = `${kind} ${type}`;
  const found = known.get(key);
  if (found) return found;
  const source = sourceOf(type, kind);
  const at = source.search(/export class \w+ extends cdkt[fn]\.Terraform(Resource|DataSource)/);
  const block = blockIn(source, source.slice(at), source.slice(at));
  known.set(key, block);
  return block;
}

/**
 * @param members text of the class that declares the arguments
 * @param synthesis text of the function that serializes them
 */
function blockIn(source: string, members: string, synthesis: string): Block {
  const written = writtenIn(synthesis);
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [name, how] of declaredIn(members)) {
    const { isBlock, collection, storage } = written.get(name) ?? {};
    if (isBlock && storage) {
      blocks[name] = {
        ...nested(source, storage),
        nesting: collection === 'set' ? 'set' : 'list',
        required: how.required,
      };
    } else {
      attributes[name] = { ...how, type: storage ? typeOf(storage, collection) : how.type };
    }
  }
  return { attributes, blocks };
}

/** The comment on each member: `// name - computed: false, optional: false, required: true`, and its getter. */
function declaredIn(members: string): Map<string, Attribute> {
  const pattern = /\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n([^/]*)/g;
  const found = [...members.matchAll(pattern)];
  return new Map(
    found.map(([, name = '', computed, optional, required, getter = '']) => [
      name,
      {
        type: typeOfGetter(getter),
        ...{ computed: computed === 'true', optional: optional === 'true', required: required === 'true' },
      },
    ]),
  );
}

interface Written {
  readonly isBlock: boolean;
  readonly collection: string;
  readonly storage: string;
}

/** How each argument is serialized: whether it is a block, its collection and its type. */
function writtenIn(synthesis: string): Map<string, Written> {
  const start = synthesis.search(/const attrs = \{/);
  const end = synthesis.indexOf('// remove undefined attributes', start);
  const pattern =
    /(\w+): \{\s*value: [^\n]*\n\s*isBlock: (\w+),\s*type: "(\w+)",\s*storageClassType: "(\w+)"/g;
  const found = start < 0 ? [] : [...synthesis.slice(start, end).matchAll(pattern)];
  return new Map(
    found.map(([, name = '', isBlock, collection = '', storage = '']) => [
      name,
      { isBlock: isBlock === 'true', collection, storage },
    ]),
  );
}

/** The block of a class for nested values: `SqsQueueRedriveList` or `SqsQueueRedrive`. */
function nested(source: string, storage: string): Block {
  const name = storage.replace(/(List|Map)$/, '');
  const members = textFrom(source, `export class ${name}OutputReference `, /\nexport /);
  const writer = `${name.charAt(0).toLowerCase()}${name.slice(1)}ToHclTerraform(`;
  return blockIn(source, members, textFrom(source, `export function ${writer}`, /\n\}\n/));
}

function textFrom(source: string, start: string, end: RegExp): string {
  const at = source.indexOf(start);
  if (at < 0) throw new Error(`the bindings have no "${start}"`);
  const rest = source.slice(at + start.length);
  const length = rest.search(end);
  return length < 0 ? rest : rest.slice(0, length);
}

const simple: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
};

/** `string`, `stringList`, `numberMap`; other types count as dynamic. */
function typeOf(storage: string, collection = ''): Type {
  const [, base = '', plural] = /^(string|number|boolean|any)(List|Map)?$/.exec(storage) ?? [];
  const element = simple[base];
  if (!element) return 'dynamic';
  if (!plural) return element;
  return [plural === 'Map' ? 'map' : collection === 'set' ? 'set' : 'list', element];
}

function typeOfGetter(getter: string): Type {
  if (/getStringAttribute/.test(getter)) return 'string';
  if (/getNumberAttribute/.test(getter)) return 'number';
  if (/getBooleanAttribute/.test(getter)) return 'bool';
  if (/StringMap|getStringMapAttribute/.test(getter)) return ['map', 'string'];
  if (/getListAttribute/.test(getter)) return ['list', 'string'];
  return 'dynamic';
}
