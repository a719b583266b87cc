import type { Block, NestedBlock } from '../schema/schema.ts';

const nestings = { list: 2, set: 3 } as const;

/** A schema as the protocol sends it. */
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

/** What the stacks tell the provider itself. */
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
