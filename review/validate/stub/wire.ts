import { decode, ExtData, encode } from '@msgpack/msgpack';
import type { Block, NestedBlock } from '../schema/bindings.ts';

/** A value as Terraform sends it. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export type Values = Readonly<Record<string, unknown>>;

/** A value that is known only after apply: MessagePack extension 0. Source: cty, docs/concepts-refinements "msgpack". */
export const unknown = new ExtData(0, new Uint8Array(1));

export const isUnknown = (value: unknown): boolean => value instanceof ExtData;

/** Terraform sends numbers that exceed a double as text; the stacks have none. */
export function read(value: DynamicValue | undefined): Values | undefined {
  if (value?.msgpack && value.msgpack.length > 0)
    return (decode(value.msgpack) as Values | null) ?? undefined;
  if (value?.json && value.json.length > 0) return JSON.parse(Buffer.from(value.json).toString()) as Values;
  return undefined;
}

export const write = (value: Values | undefined): DynamicValue => ({ msgpack: encode(value ?? null) });

const nestings = { list: 2, set: 3 } as const;

/** A schema in the form of the protocol. */
export function wire({ attributes, blocks }: Block): object {
  return {
    version: 0,
    attributes: Object.entries(attributes).map(([name, { type, ...how }]) => ({
      ...{ name, type: Buffer.from(JSON.stringify(type)) },
      ...how,
    })),
    block_types: Object.entries(blocks).map(([name, block]: [string, NestedBlock]) => ({
      ...{ type_name: name, block: wire(block), nesting: nestings[block.nesting] },
      ...{ min_items: block.required ? 1 : 0, max_items: 0 },
    })),
  };
}

const text = (type: unknown) => Buffer.from(JSON.stringify(type));

/** The schema of the provider's own configuration. */
export const providerBlock = {
  version: 0,
  attributes: [{ name: 'region', type: text('string'), optional: true, required: false, computed: false }],
  block_types: [
    {
      ...{ type_name: 'default_tags', nesting: nestings.list, min_items: 0, max_items: 1 },
      block: {
        version: 0,
        attributes: [
          { name: 'tags', type: text(['map', 'string']), optional: true, required: false, computed: false },
        ],
        block_types: [],
      },
    },
  ],
};
