import { ChatResponse } from '@nova/shared/api/chat';
import { apiStage } from '@nova/shared/routes';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedPlatform } from '../testing/platform.ts';
import { type NovaOptions, startNova } from './nova.ts';

/** `nova chat` with the running platform. */

const platform = sharedPlatform();
let contentId: string;

beforeAll(async () => {
  const bytes = new TextEncoder().encode('The lighthouse at Cape Aurora was automated in 1987.');
  contentId = await platform.api.upload('lighthouse.txt', 'text/plain', bytes);
  await platform.api.indexed(contentId);
});

const nova = (args: readonly string[], options?: NovaOptions) => startNova(['chat', ...args], options).ended;

const here = () => ['--data', platform.address];

describe('nova chat', () => {
  it('shows the tool and the source on a terminal, and only the reply in a pipe', async () => {
    const { code, out, notes } = await nova([...here(), 'When was the lighthouse at Cape Aurora automated?']);

    expect(code).toBe(0);
    expect(out).toContain('automated in 1987');
    expect(out).not.toContain('search_content');
    expect(notes).toMatch(/● search_content {2}When was the lighthouse.*\n {2}✓ search_content/);
    expect(notes).toContain(`[1] ${contentId}`);
  });

  it('continues a session, also with --json', async () => {
    const first = ChatResponse.parse(JSON.parse((await nova([...here(), '--json', 'My name is Ada.'])).out));

    const second = await nova([...here(), '--session', first.sessionId], { input: 'What is my name?' });

    expect(second.out).toContain('Ada');
    expect(second.notes).toContain(`session ${first.sessionId}`);
  });

  it('uses the key of --key, which does not find the content of another key', async () => {
    const { out } = await nova([
      ...here(),
      '--key',
      'guest',
      'When was the lighthouse at Cape Aurora automated?',
    ]);

    expect(out).not.toContain('1987');
  });

  it('needs only an address and a key', async () => {
    const env = { NOVA_API_URL: platform.url, NOVA_API_KEY: platform.keys.developer };

    expect((await nova(['hello'], { env })).out).toContain('Hello');
    expect(platform.url.endsWith(`/${apiStage}`)).toBe(true);
  });

  it.concurrent.each([
    ['an unknown key', ['--key', 'nobody', 'hi'], {}, /no API key nobody.*developer, guest/],
    ['no message', [], {}, /There is no message/],
    [
      'a session that does not exist',
      ['--session', '019c0000-0000-7000-8000-000000000000', 'hi'],
      {},
      /no session with the id/,
    ],
    ['half of an environment', ['hi'], { NOVA_API_URL: 'http://127.0.0.1:1/v1' }, /NOVA_API_KEY is not set/],
    ['a key that is not good', ['hi'], { NOVA_API_URL: '', NOVA_API_KEY: 'wrong' }, /valid, enabled API key/],
  ])('reports %s', async (_, args, env, message) => {
    const set = 'NOVA_API_KEY' in env ? { ...env, NOVA_API_URL: platform.url } : env;

    const { code, notes } = await nova([...here(), ...args], { env: set });

    expect(code).toBe(2);
    expect(notes).toMatch(message);
  });
});
