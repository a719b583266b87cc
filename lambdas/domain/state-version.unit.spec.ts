import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type DomainEvent, eventNames, events as eventTypes } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { type AggregateRoot, fold } from './aggregate.ts';
import { content } from './content.ts';
import { job } from './job.ts';
import { session } from './session.ts';

const fixtures = resolve(import.meta.dirname, '../../tests/fixtures');

/** The event in its current version. */
function eventOf(type: (typeof eventNames)[number]): DomainEvent {
  const file = `${fixtures}/events/${type}.v${eventTypes[type].schemaVersion}.json`;
  return { type, data: JSON.parse(readFileSync(file, 'utf8')).data } as DomainEvent;
}

type AnyRoot = AggregateRoot<unknown, DomainEvent>;
const roots: [string, AnyRoot][] = Object.entries({ content, job, session }).map(([name, root]) => [
  name,
  root as AnyRoot,
]);

/** The states of a root: after each of its events, following every prefix of a history. */
function statesOf(aggregate: string, root: AnyRoot) {
  const history = eventNames.filter((type) => eventTypes[type].aggregate === aggregate).map(eventOf);
  const prefixes = [[], ...history.map((_, n) => history.slice(0, n + 1))];
  return prefixes.flatMap((before) =>
    history.map((event) => ({
      after: before.map(({ type }) => type),
      event: event.type,
      state: fold(root, [...before, event]),
    })),
  );
}

/**
 * Every build with the same state version uses a snapshot. The states of `evolve` are recorded by that version, so a
 * change fails here: raise `stateVersion`, and the run records the new states beside the old ones.
 */
describe.each(roots)('the state of a %s', (aggregate, root) => {
  it('equals the recorded one of its state version', async () => {
    const lines = statesOf(aggregate, root).map((state) => `${JSON.stringify(state)}\n`);

    await expect(lines.join('')).toMatchFileSnapshot(
      `${fixtures}/states/${aggregate}.v${root.stateVersion}.jsonl`,
    );
  });

  it('is the same after a snapshot', () => {
    for (const { state } of statesOf(aggregate, root)) {
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }
  });
});
