import { describe, expect, it } from 'vitest';
import { storedEvents } from './stored.ts';
import { isSelected } from './streams.ts';

const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
const registered = {
  type: 'ContentRegistered',
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  data: {
    contentType: 'text/plain',
    kind: 'document',
    bytes: 5,
    objectKey: 'uploads/t/x',
    uploadExpiresAt: '2026-01-01T01:00:00Z',
  },
  sealed: new Uint8Array([1, 2]),
  metadata,
};
const commit = (events: unknown, more: object = {}) => ({
  pk: 't#content#x',
  sk: '0000000003',
  commitId: 'i',
  count: Array.isArray(events) ? events.length : 1,
  events,
  ...more,
});

describe('a stored commit', () => {
  it('shows its events with their versions, and the names of encrypted values', () => {
    const deleted = { ...registered, type: 'ContentDeleted', data: {}, sealed: undefined };

    const [first, second] = storedEvents(commit([registered, deleted]));

    expect(first).toMatchObject({
      stream: 't#content#x',
      version: 3,
      actor: 'key:t',
      data: { bytes: 5 },
      sealed: ['filename'],
    });
    expect(first).not.toHaveProperty('unreadable');
    expect(second).toMatchObject({ version: 4, type: 'ContentDeleted', sealed: [] });
  });

  it.each([
    [
      'an unknown type',
      commit([{ ...registered, type: 'ContentTeleported' }]),
      /unknown type ContentTeleported/,
    ],
    ['a future version', commit([{ ...registered, schemaVersion: 9 }]), /schema version 9/],
    ['data that does not match the schema', commit([{ ...registered, data: { bytes: 'five' } }]), /bytes/],
    ['no events', commit([]), /malformed/],
    ['events of the wrong type', commit('text'), /malformed/],
    ['only its keys', { pk: 't#content#x', sk: '0000000003' }, /malformed/],
  ])('with %s is shown as far as possible, with the reason', (_, item, reason) => {
    const [event] = storedEvents(item);

    expect(event).toMatchObject({ stream: 't#content#x', version: 3 });
    expect(event?.unreadable).toMatch(reason);
  });
});

describe('a filter', () => {
  it.each([
    [{}, true],
    [{ tenant: 't', aggregate: 'job' }, true],
    [{ tenant: 'u' }, false],
    [{ aggregate: 'content' }, false],
  ])('%j on t#job#x: %s', (filter, expected) => {
    expect(isSelected('t#job#x', filter)).toBe(expected);
  });
});
