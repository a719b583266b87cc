import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { chatStreamEvents } from '@nova/shared/api/chat';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ApiDependencies } from '../dependencies.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { chat } from './chat.ts';

const sessionId = uuid();
const contentId = uuid();
const done = {
  sessionId,
  toolCalls: [],
  citations: [{ contentId, start: 72.4, end: 75, text: 'We sail\nat seven.' }],
  usage: { inputTokens: 1200, outputTokens: 34 },
  stopReason: 'endTurn',
};
const event = (name: keyof typeof chatStreamEvents, data: object) =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const answer = (...texts: string[]) =>
  [
    event('session', { sessionId }),
    ...texts.map((text) => event('text', { text })),
    event('done', done),
  ].join('');

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** The dependencies of a chat with an API of a test, and the requests that the API received. */
async function prepare(...handlers: readonly Handler[]) {
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body });
    if (method === 'DELETE') response.writeHead(204).end();
    else handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const interrupt = new AbortController();
  const recorded = aTerminal();
  const dependencies: ApiDependencies = {
    access: { url: `http://127.0.0.1:${port}/v1`, key: 'the key' },
    terminal: recorded.terminal,
    json: false,
    interrupt: () => interrupt.signal,
    stdin: Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream,
    stdout: new PassThrough() as unknown as NodeJS.WriteStream,
  };
  return { requests, dependencies, interrupt, ...recorded };
}

const streams =
  (...pieces: readonly string[]): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
const refuses =
  (status: number, problem: object): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ title: 't', status, correlationId: 'c-1', ...problem }));
  };
const options = { content: [] };

describe('one question', () => {
  it('is sent with the key, and its answer is streamed, however it is split into chunks', async () => {
    const whole = answer('We ', 'sail.');
    const { requests, dependencies, written, notes } = await prepare(
      streams(...(whole.match(/[\s\S]{1,7}/g) ?? [])),
    );

    expect(await chat(dependencies, { ...options, session: sessionId, content: [contentId] }, 'When?')).toBe(
      0,
    );

    expect(written.join('')).toBe('We sail.\n');
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: '/v1/agent/chat',
        headers: {
          'x-api-key': 'the key',
          accept: 'text/event-stream',
          'idempotency-key': expect.stringMatching(/^[\da-f-]{36}$/),
        },
        body: JSON.stringify({ sessionId, contentIds: [contentId], message: 'When?' }),
      },
    ]);
    expect(notes).toEqual([
      `[1] ${contentId} 1:12–1:15  “We sail at seven.”`,
      `1,234 tokens · session ${sessionId}`,
    ]);
  });

  it('shows the tools while they are used', async () => {
    const tool = { id: 't1', name: 'search_content' };
    const { dependencies, notes } = await prepare(
      streams(
        event('session', { sessionId }),
        event('tool_call', { ...tool, input: { query: 'sailing\u001b[2J times' } }),
        event('tool_result', { ...tool, status: 'error' }),
        answer('Nothing.'),
      ),
    );

    await chat(dependencies, options, 'When?');

    expect(notes[0]).toBe('● search_content  sailing\\u001b[2J times');
    expect(notes[1]).toMatch(/^ {2}✗ search_content \d+\.\d s$/);
  });

  it('removes control characters of the model', async () => {
    const { dependencies, written } = await prepare(streams(answer('a\u001b[31mb\u0007c\td\n', 'e')));

    await chat(dependencies, options, 'When?');

    expect(written.join('')).toBe('a[31mbc\td\ne\n');
  });

  it('reports the guardrail and replaces a withdrawn answer', async () => {
    const guardrail = {
      action: 'intervened',
      source: 'output',
      policies: ['grounding:GROUNDING'],
      reply: 'No.',
    };
    const { dependencies, written, notes } = await prepare(
      streams(
        event('session', { sessionId }),
        event('text', { text: 'Pirates!' }),
        event('guardrail', guardrail),
        event('done', done),
      ),
    );

    await chat(dependencies, options, 'When?');

    expect(written.join('')).toBe('Pirates!\nNo.\n');
    expect(notes.join('\n')).toContain('withheld the answer (grounding:GROUNDING)');
    expect(notes.join('\n')).toContain('withdrawn');
  });

  it('with --json prints the whole response of the API', async () => {
    const { dependencies, lines, written } = await prepare(streams(answer('We ', 'sail.')));

    await chat({ ...dependencies, json: true }, options, 'When?');

    expect(JSON.parse(lines.join(''))).toEqual({ ...done, reply: 'We sail.' });
    expect(written).toEqual([]);
  });

  it('can come from standard input, but must not be empty', async () => {
    const { requests, dependencies } = await prepare(streams(answer('Yes.')));
    (dependencies.stdin as unknown as PassThrough).end('from a pipe');

    await chat(dependencies, options);

    expect(JSON.parse(requests[0]?.body ?? '{}')).toEqual({ message: 'from a pipe' });
    await expect(chat(dependencies, options, ' ')).rejects.toThrow(/no message/);
  });
});

describe('an answer that fails', () => {
  it.each([
    [
      'before it begins',
      [refuses(429, { type: 'budget-exhausted', detail: 'Used up until midnight.' })],
      /Used up/,
    ],
    [
      'in the middle',
      [
        streams(
          event('session', { sessionId }),
          event('error', {
            type: 'timeout',
            title: 't',
            status: 504,
            detail: 'Too slow.',
            correlationId: 'c',
          }),
        ),
      ],
      /Too slow/,
    ],
    [
      'by ending early',
      [streams(event('session', { sessionId }), event('text', { text: 'We' }))],
      /broke off/,
    ],
    [
      'by not being an answer',
      [((_, response) => response.writeHead(200).end('<html>')) as Handler],
      /not as an API of Nova/,
    ],
  ] as const)('%s is reported with the reason', async (_, handlers, message) => {
    const { dependencies } = await prepare(...handlers);

    await expect(chat(dependencies, options, 'When?')).rejects.toThrow(message);
  });

  it('because the connection breaks before it begins is requested once more, with the same key', async () => {
    const breaks: Handler = (request) => request.socket.destroy();
    const { requests, dependencies, written } = await prepare(breaks, streams(answer('Yes.')));

    expect(await chat(dependencies, options, 'When?')).toBe(0);

    expect(written.join('')).toBe('Yes.\n');
    expect(requests).toHaveLength(2);
    expect(requests[0]?.headers['idempotency-key']).toBe(requests[1]?.headers['idempotency-key']);
  });
});

it('Ctrl-C stops the answer on the platform too', async () => {
  const { requests, dependencies, interrupt, written, notes } = await prepare((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event('session', { sessionId }) + event('text', { text: 'It begins' }));
  });

  const ended = chat(dependencies, options, 'When?');
  await vi.waitFor(() => expect(written).toEqual(['It begins']), { timeout: 60_000 });
  interrupt.abort();

  expect(await ended).toBe(130);
  expect(requests.at(-1)).toMatchObject({ method: 'DELETE', url: `/v1/sessions/${sessionId}/answer` });
  expect(notes.at(-1)).toBe('stopped');
});
