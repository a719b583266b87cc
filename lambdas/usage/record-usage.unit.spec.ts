import { usageStream } from '@nova/shared/events/index';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../runtime/instrumentation.ts';
import { memoryEventStore } from '../testing/memory-event-store.ts';
import { usageDay } from './budget.ts';
import { metered } from './record-usage.ts';

const account = {
  tenant: 't',
  source: 'speech',
  reference: 'job-1',
  metadata: { correlationId: 'c', causationId: 'r', actor: 'function:audio-handler' },
} as const;
const call = { inputTokens: 3, outputTokens: 2, model: 'sonic' };

/** The recorded usage of the day. */
const chargedIn = async (store: ReturnType<typeof memoryEventStore>) =>
  (await store.load(usageStream('t', usageDay(new Date())))).events.map(({ data }) => data);

function storeWithoutAppend() {
  const refuse = () => Promise.reject(new Error('the table is away'));
  return { ...memoryEventStore(), append: refuse };
}

afterEach(() => void vi.restoreAllMocks());

describe('metered work', () => {
  it('is charged once, for all its calls', async () => {
    const store = memoryEventStore();

    const result = await metered(store, account, async (tokens) => {
      tokens.add(call);
      tokens.add({ ...call, model: '' });
      return 'words';
    });

    expect(result).toBe('words');
    const charge = { source: 'speech', reference: 'job-1', model: 'sonic', inputTokens: 6, outputTokens: 4 };
    expect(await chargedIn(store)).toEqual([charge]);
  });

  it('is charged when it fails, and throws its own error', async () => {
    const store = memoryEventStore();

    const work = metered(store, account, async (tokens) => {
      tokens.add(call);
      throw new Error('the model left');
    });

    await expect(work).rejects.toThrow('the model left');
    expect(await chargedIn(store)).toHaveLength(1);
  });

  it('that used nothing is not recorded', async () => {
    const store = memoryEventStore();

    await metered(store, account, async () => 'nothing');

    expect(await chargedIn(store)).toEqual([]);
  });

  it('keeps its outcome when charging fails, and the log has the tokens', async () => {
    const log = vi.spyOn(logger, 'error');
    const store = storeWithoutAppend();
    const succeed = metered(store, account, async (tokens) => {
      tokens.add(call);
      return 'words';
    });
    const fail = metered(store, account, async (tokens) => {
      tokens.add(call);
      throw new Error('the model left');
    });

    await expect(succeed).resolves.toBe('words');
    await expect(fail).rejects.toThrow('the model left');
    expect(log).toHaveBeenCalledTimes(2);
    expect(log.mock.calls[0]?.[1]).toMatchObject({
      notCharged: { ...call, source: 'speech', reference: 'job-1' },
      error: { message: 'the table is away' },
    });
  });
});
