import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../testing/api.ts';
import { eventually } from '../testing/eventually.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';

/** A key's throttle, with so slow a refill that it does not matter how fast this machine is. */
const keyThrottle = { burst: 200, rate: 1 };

let running: InProcess;
let api: Api;
let guest: Api;

beforeAll(async () => {
  running = await startInProcess({ keyThrottle });
  const { url, stage, apiKeys } = running.platform;
  [api, guest] = [apiKeys.developer, apiKeys.guest].map((key) => new Api(`${url}/${stage}`, key)) as [
    Api,
    Api,
  ];
});
afterAll(() => running?.close());

describe('600 requests at once', () => {
  it('are answered or throttled: none fails, and other keys keep their share', async () => {
    const storm = Promise.all(Array.from({ length: 600 }, () => api.call('GET', '/content')));
    expect((await guest.call('GET', '/content')).status).toBe(200);
    const answers = await storm;

    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect(count(200) + count(429)).toBe(600);
    expect(count(200)).toBeGreaterThanOrEqual(keyThrottle.burst);
    expect(count(429)).toBeGreaterThan(0);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ type: 'too-many-requests', status: 429 });
    expect(refused?.headers.get('retry-after')).toBe('1');
  });

  it('leave the key usable: it is served again', async () => {
    await eventually('it is served', async () => (await api.call('GET', '/content')).status === 200);
  });
});
