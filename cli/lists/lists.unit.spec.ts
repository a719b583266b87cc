import { describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../dependencies.ts';
import { aServer, type Handler, respondWith } from '../testing/server-fixture.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { deleteContent, listContent, listTypes, showContent } from './content.ts';
import { listJobs, retryJobs } from './jobs.ts';
import { listSessions, showSession } from './sessions.ts';

const [first, second] = ['019ab000-0000-7000-8000-000000000001', '019ab000-0000-7000-8000-000000000002'];
const at = new Date(Date.now() - 120_000).toISOString();

/** Runs a command against a platform with these answers. */
async function run(
  command: (dependencies: ApiDependencies) => Promise<number>,
  answers: Handler[],
  json = false,
) {
  const server = await aServer(answers);
  const { terminal, lines, notes } = aTerminal(200);
  const code = await command({
    ...{ terminal, json, interrupt: () => new AbortController().signal },
    access: { url: server.url, key: 'k' },
    ...{ stdin: process.stdin, stdout: process.stdout },
  });
  return { code, lines, notes, requests: server.received.map(({ method, url }) => `${method} ${url}`) };
}

const progress = { percent: 40, stage: 'segment 2' };
const item = {
  ...{ contentId: first, filename: 'talk.wav', contentType: 'audio/wav', kind: 'audio', bytes: 70_400 },
  ...{ status: 'ready', createdAt: at, indexed: false, processed: false },
  processing: [
    { kind: 'transcription', jobId: second, status: 'running', progress },
    { kind: 'indexing', source: 'transcript', status: 'queued', progress: { percent: 0, stage: 'queued' } },
  ],
};
const broken = {
  ...item,
  ...{
    contentId: second,
    filename: 'evil\u001b[2Jname.pdf',
    kind: 'document',
    contentType: 'application/pdf',
  },
  processing: [
    {
      kind: 'indexing',
      source: 'document',
      jobId: first,
      status: 'failed',
      progress,
      reason: 'It has no text.',
    },
  ],
};
const job = {
  ...{
    jobId: first,
    kind: 'indexing',
    contentId: second,
    status: 'failed',
    progress,
    createdAt: at,
    updatedAt: at,
  },
  failure: { reason: 'It has no text.', retriable: false },
};

describe('nova content', () => {
  it('lists what became of uploads, and how to get the next page', async () => {
    const options = { limit: 2, kind: 'audio', name: 'a b', after: at };
    const page = respondWith(200, { items: [item, broken], nextCursor: 'abc' });
    const { code, lines, notes, requests } = await run((given) => listContent(given, options), [page]);

    expect(code).toBe(0);
    expect(requests).toEqual([
      `GET /content?limit=2&kind=audio&filename=a+b&createdAfter=${encodeURIComponent(at)}`,
    ]);
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['CONTENT', 'FILE', 'SIZE', 'CREATED', 'STATUS', 'PROCESSING'],
      [first, 'talk.wav', '70.4 kB', '2 min ago', 'ready', 'transcription 40 %, indexing transcript queued'],
      [second, 'evil\\u001b[2Jname.pdf', '70.4 kB', '2 min ago', 'ready', 'indexing failed: It has no text.'],
    ]);
    expect(notes.at(-1)).toBe('2 items, with more to come: add --cursor abc');
  });

  it('says that a list is empty', async () => {
    const { lines } = await run(
      (given) => listContent(given, { limit: 5 }),
      [respondWith(200, { items: [] })],
    );

    expect(lines).toEqual(['No items.']);
  });

  it('shows one upload with its jobs', async () => {
    const { lines } = await run((given) => showContent(given, {}, second), [respondWith(200, broken)]);

    expect(lines[0]).toBe('evil\\u001b[2Jname.pdf');
    expect(lines.at(-1)).toBe(`  ✗ indexing failed: It has no text.  ${first}`);
    expect(lines.join('\n')).toContain('does not find it');
  });

  it('deletes several, and goes on after one that is not there', async () => {
    const missing = respondWith(404, {
      ...{ type: 'not-found', title: 'Not found', status: 404 },
      ...{ detail: 'There is no content with that id.', correlationId: 'c' },
    });
    const { code, lines, notes } = await run(
      (given) => deleteContent(given, {}, [first, second]),
      [missing, respondWith(204)],
    );

    expect(code).toBe(2);
    expect(notes.join()).toContain('There is no content with that id.');
    expect(lines).toEqual([`✓ ${second}  deleted`]);
  });
});

describe('nova content types', () => {
  it('lists what may be uploaded', async () => {
    const type = {
      contentType: 'text/plain',
      kind: 'document',
      maxBytes: 10_485_760,
      extensions: ['txt', 'log'],
      aliases: [],
    };
    const { lines } = await run(listTypes, [respondWith(200, { mediaTypes: [type] })]);

    expect(lines[1]?.trim().split(/ {2,}/)).toEqual(['text/plain', 'document', '10.5 MB', '.txt .log']);
  });
});

describe('nova jobs', () => {
  it('lists why jobs failed', async () => {
    const { lines, requests } = await run(
      (given) => listJobs(given, { limit: 5, status: 'failed', content: second }),
      [respondWith(200, { items: [job] })],
    );

    expect(requests).toEqual([`GET /jobs?limit=5&status=failed&contentId=${second}`]);
    expect(lines[1]).toContain('It has no text.');
  });

  it('retries jobs, and prints JSON for programs', async () => {
    const accepted = respondWith(202, { jobId: first, status: 'queued', href: `/v1/jobs/${first}` });
    const { lines, requests } = await run((given) => retryJobs(given, {}, [first]), [accepted], true);

    expect(requests).toEqual([`POST /jobs/${first}/retry`]);
    expect(JSON.parse(lines.join(''))).toEqual({ queued: [first], failed: 0 });
  });
});

describe('nova sessions', () => {
  const session = { sessionId: first, createdAt: at, updatedAt: at, turnCount: 2 };

  it('lists sessions', async () => {
    const { lines } = await run(
      (given) => listSessions(given, { limit: 5 }),
      [respondWith(200, { items: [session] })],
    );

    expect(lines[1]?.trim().split(/ {2,}/)).toEqual([first, '2', '2 min ago', '2 min ago']);
  });

  it('shows every page of the history', async () => {
    const turn = (n: number) => ({
      ...{ turn: n, at, message: `question ${n}`, reply: `answer ${n}` },
      ...{ toolCalls: [], citations: [] },
    });
    const pages = [
      respondWith(200, { ...session, turns: [turn(1)], nextCursor: 'next' }),
      respondWith(200, { ...session, turns: [turn(2)] }),
    ];
    const { lines, requests } = await run((given) => showSession(given, {}, first), pages);

    expect(requests).toEqual([
      `GET /sessions/${first}?limit=100`,
      `GET /sessions/${first}?limit=100&cursor=next`,
    ]);
    expect(lines.filter((line) => /question|answer/.test(line))).toEqual([
      '› question 1',
      '  answer 1',
      '› question 2',
      '  answer 2',
    ]);
  });
});
