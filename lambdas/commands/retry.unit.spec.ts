import { sessionStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContentionError, type EventStore, ExpectedVersionConflictError } from '../event-store/store.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { appendSurely, untilAppended } from './retry.ts';

const stream = sessionStream('t', 's');
/** Does not wait. */
const atOnce = async () => {};

const commit = {
  commitId: 'c',
  occurredAt: new Date(0),
  metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
  events: [{ type: 'SessionStarted', data: {} }] as const,
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an append that keeps losing to other writers', () => {
  const losing = async () => {
    let tries = 0;
    const appended = untilAppended(async () => {
      tries += 1;
      throw new ExpectedVersionConflictError('t#usage#d', 0, 'other', 1);
    }, atOnce);
    await expect(appended).rejects.toBeInstanceOf(ExpectedVersionConflictError);
    return tries;
  };

  it('fails at the time limit', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(0);
    clock.mockReturnValueOnce(limits.appendPatienceMs - 1).mockReturnValue(limits.appendPatienceMs);

    expect(await losing()).toBe(2);
  });

  it('fails after the maximum number of attempts, should the clock stand still', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0);
    vi.spyOn(Math, 'random').mockReturnValue(0);

    expect(await losing()).toBe(limits.appendTries);
  });

  it('receives the conflict of each attempt', async () => {
    const seen: (string | undefined)[] = [];
    await untilAppended(async (lost) => {
      seen.push(lost?.winner);
      if (seen.length < 3) throw new ExpectedVersionConflictError('t#usage#d', 0, `winner ${seen.length}`, 1);
    });

    expect(seen).toEqual([undefined, 'winner 1', 'winner 2']);
  });
});

describe('an append without a response', () => {
  const timeout = () => Object.assign(new Error('slow'), { name: 'TimeoutError' });
  const reset = () => Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  const outage = () => Object.assign(new Error('down'), { $fault: 'server' });

  /** A store that loses the responses to the first appends, before or after they were done. */
  function unanswered(lost: number, error: () => Error, isDone: boolean): EventStore & { tries: number } {
    const memory = memoryEventStore();
    const store = {
      ...memory,
      tries: 0,
      append: async (...args: Parameters<EventStore['append']>) => {
        store.tries += 1;
        if (store.tries > lost) return memory.append(...args);
        if (isDone) await memory.append(...args);
        throw error();
      },
    };
    return store;
  }

  it.each([
    ['timed out', timeout, true],
    ['timed out', timeout, false],
    ['broke', reset, true],
    ['failed', outage, false],
  ])('because it %s is repeated once, and succeeds once', async (_, error, isDone) => {
    const store = unanswered(1, error, isDone);

    expect(await appendSurely(store, stream, 0, commit, atOnce)).toBe(1);
    expect(await store.version(stream)).toBe(1);
  });

  it('fails after the second time', async () => {
    const store = unanswered(9, timeout, false);

    await expect(appendSurely(store, stream, 0, commit, atOnce)).rejects.toThrow('slow');
    expect(store.tries).toBe(2);
  });

  it('is not confused with a refusal, which is thrown without a retry', async () => {
    const store = unanswered(9, () => new ExpectedVersionConflictError('s', 0, 'other', 1), false);

    await expect(appendSurely(store, stream, 0, commit, atOnce)).rejects.toBeInstanceOf(
      ExpectedVersionConflictError,
    );
    expect(store.tries).toBe(1);
  });
});

describe('an append that meets a transaction in progress', () => {
  const contended = (times: number) => {
    const memory = memoryEventStore();
    const places: number[] = [];
    const append: EventStore['append'] = async (id, version, its) => {
      places.push(version);
      if (places.length <= times) throw new ContentionError('t#session#s', version, new Error('busy'));
      return memory.append(id, version, its);
    };
    return { store: { ...memory, append }, places };
  };

  it('is repeated at the same version', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { store, places } = contended(5);

    expect(await appendSurely(store, stream, 0, commit, atOnce)).toBe(1);
    expect(places).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('fails at the time limit', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(0);
    clock.mockReturnValueOnce(limits.appendPatienceMs - 1).mockReturnValue(limits.appendPatienceMs);
    const { store, places } = contended(9);

    await expect(appendSurely(store, stream, 0, commit, atOnce)).rejects.toBeInstanceOf(ContentionError);
    expect(places).toEqual([0, 0]);
  });
});
