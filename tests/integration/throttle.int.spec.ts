import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { runningPlatform } from './support/platform.ts';

const platform = runningPlatform();

describe('600 requests at once', () => {
  it('are answered, or asked to wait: none fails', async () => {
    const { api } = platform;
    const answers = await Promise.all(Array.from({ length: 600 }, () => api.call('GET', '/content')));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;

    expect(count(200) + count(429)).toBe(600);
    expect(count(200)).toBeGreaterThanOrEqual(200);
    expect(count(429)).toBeGreaterThan(0);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ type: 'too-many-requests', status: 429 });
    expect(refused?.headers.get('retry-after')).toBe('1');
  });

  it('of one key leave the other key its share', async () => {
    const noisy = platform.api;
    const quiet = platform.guest;
    const storm = Promise.all(Array.from({ length: 600 }, () => noisy.call('GET', '/content')));

    expect((await quiet.call('GET', '/content')).status).toBe(200);
    await storm;
    await eventually(
      'the noisy key is served again',
      async () => (await noisy.call('GET', '/content')).status === 200,
    );
  });
});
