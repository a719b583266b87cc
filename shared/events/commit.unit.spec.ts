import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseCommit, UnreadableCommitError } from './commit.ts';
import type { EventType } from './index.ts';

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
  it('yields its events with their versions', () => {
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
    ['another aggregate’s event', { pk: 't#usage#d' }, /t#usage#d@3 \(JobProgressed\) belongs to .* a job/],
    ['a name every object has', { events: [{ ...event, type: 'constructor' }] }, /unknown type constructor/],
    [
      'a future version',
      { events: [{ ...event, schemaVersion: 9 }] },
      /schema version 9; this build reads 1/,
    ],
    ['data that does not fit', { events: [{ ...event, data: { percent: 'half' } }] }, /percent/],
    ['no events', { events: [] }, /malformed/],
    ['fewer events than it says', { count: 2 }, /malformed.*as many events/s],
    ['an invalid time', { events: [{ ...event, occurredAt: 'soon' }] }, /malformed.*occurredAt/s],
    [
      'a part that was not decrypted',
      { events: [{ ...event, sealed: new Uint8Array([1]) }] },
      /t#job#j@3 \(JobProgressed\) cannot be decrypted/,
    ],
    ['a key of another format', { pk: 't#job#a#b' }, /should be <tenant>#<aggregate>#<id>/],
    ['an unknown aggregate', { pk: 't#spaceship#a' }, /is not a stream/],
  ])('with %s is refused, with the reason', (_, part, message) => {
    expect(() => parseCommit(commit(part))).toThrow(message);
  });
});

describe('an event of an older schema version', () => {
  /** Its third version: percents became fractions, then the stage got its own name. */
  const JobProgressed: EventType = {
    aggregate: 'job',
    schemaVersion: 3,
    data: z.strictObject({ fraction: z.number(), step: z.string() }),
    upcasts: {
      1: ({ percent, ...rest }) => ({ ...rest, fraction: Number(percent) / 100 }),
      2: ({ stage, ...rest }) => ({ ...rest, step: stage }),
    },
  };
  const read = (stored: object, type = JobProgressed) =>
    parseCommit(commit({ events: [{ ...event, ...stored }] }), { JobProgressed: type })[0];

  it.each([
    [1, { percent: 10, stage: 'decoding' }],
    [2, { fraction: 0.1, stage: 'decoding' }],
    [3, { fraction: 0.1, step: 'decoding' }],
  ])('%i is read as the current one', (schemaVersion, data) => {
    expect(read({ schemaVersion, data })).toMatchObject({
      schemaVersion: 3,
      data: { fraction: 0.1, step: 'decoding' },
    });
  });

  it('is checked as the current one', () => {
    expect(() => read({ data: { percent: 'half', stage: 'decoding' } })).toThrow(/t#job#j@3 .*fraction/s);
  });

  it('is refused when a step to the current one is missing', () => {
    const { 1: first } = JobProgressed.upcasts ?? {};
    const gap = { ...JobProgressed, upcasts: first ? { 1: first } : {} };

    expect(() => read({}, gap)).toThrow(/has schema version 1; this build reads 3/);
  });

  it('is refused when a step fails, without any of its data in the message', () => {
    const failing = {
      ...JobProgressed,
      upcasts: {
        ...JobProgressed.upcasts,
        2: ({ stage }: Readonly<Record<string, unknown>>) => {
          throw new TypeError(`what is ${stage}?`);
        },
      },
    };
    const reason = 't#job#j@3 (JobProgressed) cannot be converted from schema version 2 to 3';

    expect(() => read({}, failing)).toThrow(new UnreadableCommitError(reason));
  });

  it('is refused when it is from the future', () => {
    const data = { fraction: 0.1, step: 'decoding' };

    expect(() => read({ schemaVersion: 4, data })).toThrow(/has schema version 4; this build reads 3/);
  });
});
