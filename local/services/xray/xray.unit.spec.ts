import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PlatformFixture, platformFixture, until } from '../../testing/platform-fixture.ts';
import { functionSegment, XrayDaemon } from './xray.ts';

let fixture: PlatformFixture;
let daemon: XrayDaemon;
beforeEach(async () => {
  fixture = platformFixture();
  daemon = await XrayDaemon.start(fixture.dataDirectory, fixture.logger.warn);
});
afterEach(() => {
  daemon.close();
  fixture.dispose();
});

const kept = () =>
  readFileSync(join(fixture.dataDirectory, 'logs', 'traces.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean);

it('writes the segments of the SDKs to a file, and ignores other packets', async () => {
  const [hostname, port] = daemon.address.split(':');
  const socket = createSocket('udp4');
  const send = (text: string) => socket.send(text, Number(port), hostname);

  for (const text of [
    'rubbish',
    '{"format":"json"}\n{',
    '{"format":"json","version":1}\n{"id":"a",\n"name":"s"}',
  ])
    send(text);

  await until('the segment', () => kept().length === 1);
  expect(JSON.parse(kept()[0] ?? '')).toEqual({ id: 'a', name: 's' });
  socket.close();
});

it('writes an invocation as a segment of Lambda, with its failure', () => {
  const trail = (sampled: number) => ({
    invocation: {
      requestId: 'r',
      functionArn: 'arn',
      payload: '',
      traceHeader: `Root=1-2-3;Parent=abc;Sampled=${sampled}`,
      asynchronous: false,
    },
    startedAt: 1_000_000,
    report: {
      durationMs: 500,
      initMs: undefined,
      peakMemory: 0,
      error: { errorType: 'E', errorMessage: 'm' },
    },
  });

  expect(functionSegment(trail(1), 'f')).toMatchObject({
    trace_id: '1-2-3',
    id: 'abc',
    name: 'f',
    start_time: 1000,
    end_time: 1000.5,
    fault: true,
    cause: { exceptions: [{ type: 'E', message: 'm' }] },
  });
  expect(functionSegment(trail(0), 'f')).toBeUndefined();
});
