import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asErased, fill, keyOwner, split } from './personal.ts';

const personal = { fields: { message: '[erased]', 'task.questions': undefined, citations: [] } };
const stream = { tenant: 't', aggregate: 'job', id: 'j' } as const;

/** Data with some personal members, and others. */
const anyData = fc.record(
  {
    message: fc.string(),
    citations: fc.array(fc.string()),
    task: fc.record({ kind: fc.string(), questions: fc.array(fc.string()) }, { requiredKeys: ['kind'] }),
    other: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe('data in two parts', () => {
  it('is complete again when the personal part is filled in', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        const parts = split(data, personal);

        expect(fill(parts.clear, parts.personal)).toEqual(data);
      }),
    );
  });

  it('has all personal data in one part, and leaves its input unchanged', () => {
    const data = { message: 'm', task: { kind: 'analysis', questions: ['q'] }, turn: 1 };
    const before = structuredClone(data);

    expect(split(data, personal)).toEqual({
      clear: { task: { kind: 'analysis' }, turn: 1 },
      personal: { message: 'm', 'task.questions': ['q'] },
    });
    expect(data).toEqual(before);
  });

  it('ignores paths without a value', () => {
    const data = { task: 'none' };

    expect(split(data, personal)).toEqual({ clear: data, personal: {} });
    expect(fill(data, { 'task.questions': ['q'], 'else.where': 1 })).toEqual(data);
  });
});

it('an erased event has placeholders, whatever its data', () => {
  fc.assert(
    fc.property(anyData, (data) => {
      const erased = asErased({ version: 1, data }, personal);

      expect(erased).toMatchObject({ version: 1, data: { message: '[erased]', citations: [] } });
      expect(erased.data.task ?? {}).not.toHaveProperty('questions');
    }),
  );
  expect(asErased({ data: { message: 'm' } }, undefined)).toEqual({ data: { message: 'm' } });
});

it('the key is the stream’s own, or that of the content item that the event is about', () => {
  expect(keyOwner(stream, personal, { contentId: 'c' })).toEqual(stream);
  expect(keyOwner(stream, { ...personal, contentId: 'contentId' }, { contentId: 'c' })).toEqual({
    tenant: 't',
    aggregate: 'content',
    id: 'c',
  });
});
