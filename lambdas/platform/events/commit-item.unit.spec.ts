import { describe, expect, it } from 'vitest';
import { parseCommit } from './commit-item.ts';

const event = {
  type: 'JobProgressed',
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  data: { percent: 10, stage: 'decoding' },
  metadata: { correlationId: 'c', causationId: 'r', actor: 'function:audio-handler' },
};
const commit = (part: object = {}) => ({
  pk: 't#job#j',
  sk: '0000000003',
  commitId: 'x',
  count: 1,
  events: [event],
  ...part,
});

describe('a commit item', () => {
  it('gives its events with their places in the stream', () => {
    const events = parseCommit(commit({ count: 2, events: [event, event] }));

    expect(events.map(({ version }) => version)).toEqual([3, 4]);
    expect(events[0]?.stream).toEqual({ tenant: 't', aggregate: 'job', id: 'j' });
  });

  it.each([
    [
      'an unknown type',
      { events: [{ ...event, type: 'JobTeleported' }] },
      /t#job#j@3 is of the unknown type JobTeleported/,
    ],
    ['a name every object has', { events: [{ ...event, type: 'constructor' }] }, /unknown type constructor/],
    [
      'a future version',
      { events: [{ ...event, schemaVersion: 9 }] },
      /schema version 9; this build reads 1/,
    ],
    ['data that does not fit', { events: [{ ...event, data: { percent: 'half' } }] }, /percent/],
    ['no events', { events: [] }, /malformed/],
    ['a key of another form', { pk: 't#job#a#b' }, /should be <tenant>#<aggregate>#<id>/],
    ['an unknown aggregate', { pk: 't#spaceship#a' }, /is not a stream/],
  ])('with %s is not read, and says why', (_, part, message) => {
    expect(() => parseCommit(commit(part))).toThrow(message);
  });
});
