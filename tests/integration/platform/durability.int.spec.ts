import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { Api } from '../testing/api.ts';
import { spawnDev, startDev, temporaryData } from '../testing/dev.ts';
import { eventually } from '../testing/eventually.ts';
import { alive, processesUnder } from '../testing/processes.ts';

let data: Awaited<ReturnType<typeof temporaryData>>;

beforeAll(async () => {
  data = await temporaryData();
});

afterAll(async () => {
  await data?.remove();
});

describe('the platform', () => {
  it('loses no acknowledged data when it is killed, and leaves no process', async () => {
    const first = await startDev(data.path);
    const api = new Api(first.url, first.keys.developer);
    const story = new TextEncoder().encode('The ferry to Kestrel Bay leaves from pier nine.');
    const document = await api.upload('ferry.txt', 'text/plain', story);
    await api.indexed(document);
    const { sessionId } = await api.ok<ChatResponse>('POST', '/agent/chat', { message: 'My name is Grace.' });
    const recording = await api.upload('crew.wav', 'audio/wav', makeSpeech(['A: all hands on deck']));
    const accepted = await api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId: recording });
    const children = await processesUnder(first.pid);

    await first.kill();
    const second = await startDev(data.path);
    const again = new Api(second.url, second.keys.developer);

    expect(second.keys).toEqual(first.keys);
    expect((await processesUnder(second.pid)).filter((pid) => children.includes(pid))).toEqual([]);
    expect((await again.search('ferry to Kestrel Bay'))[0]?.contentId).toBe(document);
    const reply = await again.ok<ChatResponse>('POST', '/agent/chat', {
      sessionId,
      message: 'What is my name?',
    });
    expect(reply.reply).toContain('Grace');
    expect(await again.ended(accepted)).toMatchObject({ status: 'done' });
    const { transcript } = await again.withResult(recording, 'transcript');
    expect(transcript?.segments.map(({ text }) => text)).toEqual(['all hands on deck']);

    const running = await processesUnder(second.pid);
    expect(await second.stop()).toBe(0);
    expect(running.length).toBeGreaterThan(0);
    await eventually('no process is left', async () => (await alive([...children, ...running])).length === 0);
  });

  it('names the remedy when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as { port: number }).port);

    const started = spawnDev({ PORT: port, DATA: `${data.path}/taken` });

    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(new RegExp(`${port}.*(taken|in use)`));
    expect(started.output()).toContain('PORT=');
    server.close();
  });

  it('names the remedy when its data directory is in use', async () => {
    const folder = `${data.path}/shared`;
    const first = await startDev(folder);

    const second = spawnDev({ DATA: folder });

    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('DATA=');
    expect(await first.stop()).toBe(0);
  });

  it('writes its address to a file for scripts', async () => {
    const dev = await startDev(`${data.path}/written`);
    const written = JSON.parse(await readFile(`${data.path}/written/dev.json`, 'utf8'));

    expect(written).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
      apiKeys: { developer: expect.any(String), guest: expect.any(String) },
    });
    expect(dev.output()).toContain(written.apiKeys.developer);
    expect(await dev.stop()).toBe(0);
  });
});
