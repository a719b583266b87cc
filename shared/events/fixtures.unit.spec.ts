import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommit, UnreadableCommitError } from './commit.ts';
import { type EventType, eventNames, events as eventTypes } from './index.ts';

/** One stored event for every version of every event type. They are never removed. */
const folder = resolve(import.meta.dirname, '../../tests/fixtures/events');
const files = readdirSync(folder).sort();
const types: Readonly<Record<string, EventType>> = eventTypes;

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const fileOf = (type: string, version: number) => `${type}.v${version}.json`;
const versionsOf = (type: EventType) => Array.from({ length: type.schemaVersion }, (_, n) => n + 1);
const commit = (event: { type: string }) => ({
  pk: `t#${types[event.type]?.aggregate ?? 'job'}#id`,
  sk: '0000000001',
  commitId: 'c',
  count: 1,
  events: [event],
});

it('there is one for every version of every event type, and none without a type', () => {
  const wanted = eventNames.flatMap((name) => versionsOf(eventTypes[name]).map((v) => fileOf(name, v)));

  expect(files).toEqual(wanted.sort());
});

describe.each(files)('%s', (file) => {
  it('has the type and the version in its name', () => {
    const { type, schemaVersion } = read(file);

    expect(fileOf(type, schemaVersion)).toBe(file);
  });

  it('loads as the current version, and unchanged when it is current', () => {
    const stored = read(file);

    const [event] = parseCommit(commit(stored));

    expect(event).toMatchObject({ type: stored.type, schemaVersion: types[stored.type]?.schemaVersion });
    if (stored.schemaVersion === event?.schemaVersion) expect(event?.data).toEqual(stored.data);
  });

  it('does not load as a future version or an unknown type', () => {
    const stored = read(file);
    const future = { ...stored, schemaVersion: (types[stored.type]?.schemaVersion ?? 0) + 1 };

    expect(() => parseCommit(commit(future))).toThrow(UnreadableCommitError);
    expect(() =>
      parseCommit({ ...commit(stored), events: [{ ...stored, type: `${stored.type}2` }] }),
    ).toThrow(UnreadableCommitError);
  });

  it.each(Object.keys(read(file).data))('does not load with a %s of another type', (member) => {
    const stored = read(file);
    const wrong = { ...stored, data: { ...stored.data, [member]: { never: 'this' } } };

    expect(() => parseCommit(commit(wrong))).toThrow(new RegExp(`@1 \\(${stored.type}\\).*${member}`, 's'));
  });
});
