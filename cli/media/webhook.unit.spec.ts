import { describe, expect, it } from 'vitest';
import { aServer, respondWith } from '../testing/server-fixture.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { webhook } from './webhook.ts';

const jobId = '019ab000-0000-7000-8000-000000000002';
const at = '2026-01-01T00:00:00.000Z';
const job = (shown?: object) => ({
  ...{ jobId, kind: 'transcription', contentId: jobId, status: 'done', createdAt: at, updatedAt: at },
  progress: { percent: 100, stage: 'done' },
  ...(shown ? { webhook: shown } : {}),
});

/** Runs the command against a platform with this job. */
async function run(shown?: object, { json = false, again = false } = {}) {
  const accepted = respondWith(202, { jobId, status: 'pending', href: `/v1/jobs/${jobId}` });
  const server = await aServer([...(again ? [accepted] : []), respondWith(200, job(shown))]);
  const { terminal, lines, written } = aTerminal();
  const code = await webhook(
    {
      ...{ terminal, json, interrupt: () => new AbortController().signal },
      access: { url: server.url, key: 'k' },
      ...{ stdin: process.stdin, stdout: process.stdout },
    },
    again ? { again } : {},
    jobId,
  );
  return {
    code,
    lines: [...lines, ...written],
    requests: server.received.map(({ method, url }) => `${method} ${url}`),
  };
}

describe('nova webhook', () => {
  const pending = {
    ...{ status: 'pending', nextAt: '2026-01-01T00:05:00.000Z' },
    calls: [
      { at, status: 503 },
      { at, failure: 'TIMEOUT' },
    ],
  };

  it('shows the status and every call', async () => {
    const { code, lines, requests } = await run(pending);

    expect(code).toBe(0);
    expect(lines[0]).toBe('pending, called again at 2026-01-01T00:05:00.000Z');
    expect(lines.slice(2).map((line) => line.trim().split(/\s+/))).toEqual([
      [at, '503'],
      [at, 'TIMEOUT'],
    ]);
    expect(requests).toEqual([`GET /jobs/${jobId}`]);
  });

  it('requests the calls again before it shows them', async () => {
    const { requests } = await run({ status: 'pending', calls: [] }, { again: true });

    expect(requests).toEqual([`POST /jobs/${jobId}/webhook`, `GET /jobs/${jobId}`]);
  });

  it('says that there is none', async () => {
    expect((await run()).lines).toEqual(['The job has no webhook.']);
  });

  it('prints JSON for programs', async () => {
    expect(JSON.parse((await run(pending, { json: true })).lines.join(''))).toEqual(pending);
  });
});
