import { expect, it } from 'vitest';
import * as z from 'zod';
import { toGatewayModel, toOpenApiSchema } from './json-schema.ts';

const described = (description: string) =>
  z.object({ tags: z.array(z.string().describe(description)).describe(description) }).describe(description);

it('gives API Gateway the same model, however the schema is described', () => {
  expect(toGatewayModel(described('One'))).toEqual(toGatewayModel(described('Other')));
});

it('keeps descriptions in the OpenAPI document', () => {
  expect(toOpenApiSchema(described('One'), 'input')).toMatchObject({
    description: 'One',
    properties: { tags: { description: 'One', items: { description: 'One' } } },
  });
});
