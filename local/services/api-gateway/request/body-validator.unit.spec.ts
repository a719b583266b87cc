import { describe, expect, it } from 'vitest';
import { bodyValidator } from './body-validator.ts';

const model = (schema: unknown) => ({
  type: 'aws_api_gateway_model',
  address: 'aws_api_gateway_model.m',
  values: { schema: typeof schema === 'string' ? schema : JSON.stringify(schema) },
});

const validate = bodyValidator(
  model({
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    required: ['message', 'kind'],
    additionalProperties: false,
    properties: {
      message: { type: 'string', minLength: 1, maxLength: 5 },
      kind: { type: 'string', enum: ['a', 'b'] },
      count: { type: 'integer', minimum: 1, maximum: 3, exclusiveMinimum: true },
      ids: { type: 'array', maxItems: 2, items: { type: 'string', pattern: '^x' } },
    },
  }),
);
const fine = { message: 'hello', kind: 'a' };

describe('a body', () => {
  it('that matches the model passes', () => {
    expect(validate(JSON.stringify({ ...fine, count: 2, ids: ['xa'] }))).toBeUndefined();
  });

  it.each([
    [{}, '[object has missing required properties (["kind","message"])]'],
    [
      { ...fine, extra: 1, more: 2 },
      '[object instance has properties which are not allowed by the schema: ["extra","more"]]',
    ],
    [
      { ...fine, message: 5 },
      '[/message: instance type (integer) does not match any allowed primitive type (allowed: ["string"])]',
    ],
    [{ ...fine, message: '' }, '[/message: string "" is too short (length: 0, required minimum: 1)]'],
    [
      { ...fine, message: 'too long' },
      '[/message: string "too long" is too long (length: 8, maximum allowed: 5)]',
    ],
    [{ ...fine, kind: 'c' }, '[/kind: instance value ("c") not found in enum (possible values: ["a","b"])]'],
    [{ ...fine, ids: ['xa', 'y'] }, '[/ids/1: ECMA 262 regex "^x" does not match input string "y"]'],
    [
      { ...fine, ids: ['x', 'x', 'x'] },
      '[/ids: array is too long: must have at most 2 elements but instance has 3 elements]',
    ],
    [
      { ...fine, count: 4 },
      '[/count: numeric instance is greater than the required maximum (maximum: 3, found: 4)]',
    ],
    [[], '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'],
  ])('%j is refused with the field', (body, expected) => {
    expect(validate(JSON.stringify(body))).toBe(expected);
  });

  it('that is not JSON is refused with the position of the error', () => {
    expect(validate('{"message":')).toMatch(/^\[the body is not JSON: .*\]$/);
    expect(validate('')).toMatch(/the body is not JSON/);
  });

  it('with millions of faults gets a short answer at once', () => {
    const before = process.threadCpuUsage();
    const bodies = [2000, 2_000_000].map((count) => ({ ...fine, ids: Array<number>(count).fill(0) }));

    for (const body of bodies) expect(validate(JSON.stringify(body))?.length).toBeLessThan(3000);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(3000);
  });

  it('is quoted only as far as needed to find the value', () => {
    expect(validate(JSON.stringify({ ...fine, message: 'x'.repeat(10_000) }))?.length).toBeLessThan(200);
  });
});

it('a model with an unsupported schema is refused with its name', () => {
  expect(() => bodyValidator(model('{'))).toThrow(/aws_api_gateway_model\.m: the schema cannot be used/);
  expect(() => bodyValidator(model({ type: 'nothing' }))).toThrow(/aws_api_gateway_model\.m/);
});
