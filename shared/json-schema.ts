import * as z from 'zod';

/**
 * A schema in the dialect of API Gateway models. Regular expressions are left to the handler, whose refusal a person can read,
 * and descriptions to the OpenAPI document: a reworded description never redeploys the API.
 * Source: API Gateway developer guide, "Data models": JSON schema draft 4, without `$id`; formats are not checked.
 */
export function toGatewayModel(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    target: 'draft-4',
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.format;
      delete jsonSchema.pattern;
      delete jsonSchema.description;
    },
  }) as Record<string, unknown>;
}

/** A schema for OpenAPI 3.1: JSON Schema 2020-12 without the `$schema` member of a standalone document. */
export function toOpenApiSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
