import { type SessionEvent, sessionStream } from '@nova/shared/events/index';
import { describe, expect, it, vi } from 'vitest';
import { session } from '../../../domain/session.ts';
import { noHistory } from '../../../session-memory/history.ts';
import { memoryEventStore } from '../../../testing/memory-event-store.ts';
import { beginAnswer } from './answer-in-progress.ts';

const stream = sessionStream('t', 's');
const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };

function prepare() {
  const store = memoryEventStore();
  const version = vi.spyOn(store, 'version');
  const opened = { stream, state: session.initialState, version: 0, history: noHistory };
  return {
    store,
    version,
    begin: (pollMs: number, onRecorded = () => {}) =>
      beginAnswer(store, opened, metadata, onRecorded, pollMs),
    async append(event: SessionEvent) {
      const { version: at } = await store.load(stream);
      await store.append(stream, at, {
        commitId: `c${at}`,
        occurredAt: new Date(),
        metadata,
        events: [event],
      });
    },
  };
}

/** Waits for the given number of further polls. */
const looks = (version: ReturnType<typeof prepare>['version'], count: number) => {
  const before = version.mock.calls.length;
  return vi.waitFor(() => expect(version.mock.calls.length).toBeGreaterThanOrEqual(before + count), {
    timeout: 60_000,
  });
};

describe('an answer in progress', () => {
  it('has its session recorded, and reports that', async () => {
    const { begin, store } = prepare();
    const onRecorded = vi.fn();
    const { session: begun, end } = begin(3_600_000, onRecorded);

    expect(await begun).toMatchObject({ version: 1, state: { status: 'open', turns: 0 } });
    expect(onRecorded).toHaveBeenCalledTimes(1);
    expect((await store.load(stream)).events.map(({ type }) => type)).toEqual(['SessionStarted']);
    end();
  });

  it('is not polled before the first interval, nor after its end', async () => {
    const { begin, version } = prepare();
    const answer = begin(3_600_000);
    await answer.session;

    answer.end();

    expect(version).not.toHaveBeenCalled();
    expect(answer.stopped.aborted).toBe(false);
  });

  it.each(['AnswerStopped', 'SessionDeleted'] as const)('is stopped by %s', async (type) => {
    const { begin, append } = prepare();
    const answer = begin(1);
    await answer.session;

    await append({ type, data: {} });

    await vi.waitFor(() => expect(answer.stopped.aborted).toBe(true), { timeout: 60_000 });
  });

  it('continues beside a failed turn, and after a failed poll', async () => {
    const { begin, append, version } = prepare();
    const answer = begin(1);
    await answer.session;
    await append({ type: 'TurnFailed', data: { reason: 'no model' } });
    version.mockRejectedValueOnce(new Error('the table is away'));

    await looks(version, 3);

    expect(answer.stopped.aborted).toBe(false);
    await append({ type: 'AnswerStopped', data: {} });
    await vi.waitFor(() => expect(answer.stopped.aborted).toBe(true), { timeout: 60_000 });
  });

  it('is stopped when its session cannot be recorded', async () => {
    const { begin, store } = prepare();
    vi.spyOn(store, 'append').mockRejectedValue(new Error('the table is away'));

    const answer = begin(1);

    await expect(answer.session).rejects.toThrow('the table is away');
    await vi.waitFor(() => expect(answer.stopped.aborted).toBe(true), { timeout: 60_000 });
  });
});
