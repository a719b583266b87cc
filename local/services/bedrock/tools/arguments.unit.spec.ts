import { Ajv } from 'ajv';
import { describe, expect, it, vi } from 'vitest';
import { fillArguments, propertiesOf, type Suggest } from './arguments.ts';

const known: Suggest = ({ path }) => ({ query: 'boats', 'filter.kind': 'audio', count: 3 })[path];
const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });
const text = { type: 'string' };

describe('arguments for a tool', () => {
  it('are the suggested ones, and no others', () => {
    expect(fillArguments(object({ query: text, language: text }, ['query']), known)).toEqual({
      query: 'boats',
    });
  });

  it('are put into objects by their path', () => {
    const filter = object({ kind: text, from: text });

    expect(fillArguments(object({ filter, other: object({ from: text }) }), known)).toEqual({
      filter: { kind: 'audio' },
    });
  });

  it('are defaults where an argument is required', () => {
    expect(fillArguments(object({ page: { type: 'integer', default: 1 } }, ['page']), known)).toEqual({
      page: 1,
    });
    expect(fillArguments(object({ page: { type: 'integer', default: 1 } }), known)).toEqual({});
  });

  it.each([
    ['a required value is unknown', object({ id: text }, ['id'])],
    ['a value is out of bounds', object({ count: { type: 'integer', maximum: 2 } })],
    ['a value is of the wrong type', object({ query: { type: 'boolean' } })],
    ['the schema is not an object', 'nonsense'],
    ['the schema cannot be read', { type: 'nonsense' }],
  ])('are undefined when %s', (_case, schema) => {
    expect(fillArguments(schema, known)).toBeUndefined();
  });

  it('take one compilation of a tool’s schema, which comes anew with each request', () => {
    const compile = vi.spyOn(Ajv.prototype, 'compile');
    for (let request = 0; request < 3; request += 1) {
      fillArguments(object({ query: text, count: { type: 'integer' } }, ['query']), known);
    }

    expect(compile).toHaveBeenCalledOnce();
    compile.mockRestore();
  });

  it('do not depend on the dialect of the schema', () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...object({ query: text }) };

    expect(fillArguments(schema, known)).toEqual({ query: 'boats' });
  });
});

it('no arguments are needed for a schema without properties', () => {
  expect([undefined, {}, { properties: 3 }].flatMap((schema) => propertiesOf(schema))).toEqual([]);
});
