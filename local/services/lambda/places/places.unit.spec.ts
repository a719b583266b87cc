import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { platformFixture } from '../../../testing/platform-fixture.ts';
import { apiKeyOf } from './api-key-of.ts';
import { type Kind, type Place, Places } from './places.ts';

let places: Places;
let now: number;
/** The places that were given, in order. */
let given: { readonly name: string; readonly place: Place }[];

beforeEach(() => {
  now = 0;
  given = [];
  places = new Places(2, () => now);
});

/** Asks for a place for each name: `a1` is a request of key `a`, `a1!` an event. */
async function ask(...names: string[]): Promise<void> {
  for (const name of names) {
    const kind: Kind = name.endsWith('!') ? 'event' : 'request';
    void places.take(name.charAt(0), kind).then((place) => given.push({ name, place }));
  }
  await turn();
}

async function leave(name: string): Promise<void> {
  given.find((one) => one.name === name)?.place.leave();
  await turn();
}

const names = () => given.map(({ name }) => name);

describe('places', () => {
  it('go to one key alone, and one more to a key of which nothing waits', async () => {
    await ask('a1', 'a2', 'a3', 'a4');
    expect(names()).toEqual(['a1', 'a2', 'a3']);

    await leave('a1');
    expect(names()).toEqual(['a1', 'a2', 'a3']);
    await leave('a2');
    expect(names()).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('go to another key at once, however many invocations of the first wait', async () => {
    await ask('a1', 'a2', 'a3', 'a4', 'a5');
    await ask('b1', 'b2');
    expect(names()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);

    await leave('a1');
    await leave('a2');
    expect(names()).not.toContain('a4');
    await leave('a3');
    expect(names().slice(5)).toEqual(['a4']);
  });

  it('go to the requests and the events of a key in turn', async () => {
    await ask('b1');
    await ask('a1', 'a2', 'a3!', 'a4!', 'a5', 'a6', 'a7');
    for (const name of ['a1', 'a2', 'a3!', 'a5', 'a4!', 'a6']) await leave(name);

    expect(names()).toEqual(['b1', 'a1', 'a2', 'a3!', 'a5', 'a4!', 'a6', 'a7']);
  });

  it('are crowded while more of the key waits and another key uses places', async () => {
    await ask('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
    await ask('b1');
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) await leave(name);

    const crowded = given.filter(({ place }) => place.isCrowded).map(({ name }) => name);

    expect(names()).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'a5', 'a6']);
    expect(crowded).toEqual(['a4', 'a5']);
  });

  it('are left once, however often they are left', async () => {
    await ask('b1', 'a1', 'a2', 'a3', 'a4');
    await leave('a1');
    await leave('a1');
    await leave('a1');

    expect(names()).toEqual(['b1', 'a1', 'a2']);
  });

  it('of a key that stopped a second ago go to the others', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await ask('b1');
      await leave('b1');
      await ask('a1', 'a2', 'a3', 'a4');
      await leave('a1');
      expect(names()).toEqual(['b1', 'a1', 'a2']);

      now = 1001;
      vi.advanceTimersByTime(1000);
      await turn();
      expect(names()).toEqual(['b1', 'a1', 'a2', 'a3']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the API key of an event', () => {
  it('is the first that it names', () => {
    const fixture = platformFixture();
    const key = (name: string) => ({ name, enabled: true });
    const stack = fixture.stack({ aws_api_gateway_api_key: { a: key('first'), b: key('second') } });
    const [first, second] = stack.of('aws_api_gateway_api_key').map(({ values }) => String(values.id));

    const of = apiKeyOf(stack);

    expect(of(JSON.stringify({ detail: { object: { key: `uploads/${second}/1` } }, also: first }))).toBe(
      second,
    );
    expect(of(JSON.stringify({ task: 1 }))).toBe('');
    expect(apiKeyOf(fixture.stack({}))('{}')).toBe('');
    fixture.dispose();
  });
});
