import type { Attribute, Block } from './schema.ts';

const optional = (type: Attribute['type']): Attribute => ({
  type,
  ...{ required: false, optional: true, computed: false },
});

/**
 * What the provider that ops run (6.66) has and the bindings (6.25) do not: given with `addOverride`, see ADR 8. Each must
 * go when the bindings know it.
 */
const newer: Readonly<Record<string, Block>> = {
  aws_s3vectors_index: {
    attributes: {},
    blocks: {
      metadata_configuration: {
        ...{ nesting: 'list', required: false, blocks: {} },
        attributes: { non_filterable_metadata_keys: optional(['list', 'string']) },
      },
    },
  },
};

/** A schema with what is newer. */
export function withNewer(type: string, schema: Block): Block {
  const more = newer[type];
  if (!more) return schema;
  return {
    attributes: { ...schema.attributes, ...more.attributes },
    blocks: { ...schema.blocks, ...more.blocks },
  };
}
