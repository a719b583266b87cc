import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import { aLambda } from '../testing/lambda-fixture.ts';
import { aMessage, anSqs } from '../testing/sqs-fixture.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { redrive } from './redrive.ts';

const event = { source: 'nova', 'detail-type': 'ContentDeleted', detail: {} };
const two = { 'event-handler': [aMessage('m1', event)], 'search-handler': [aMessage('m2', event)] };

/** An S3 client with objects of the failure bucket. An object cannot be read when its body is an error. */
const anS3 = (objects: Readonly<Record<string, string | Error>>) => ({
  send: async (command: object) => {
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '' } = command.input;
      return { Contents: Object.keys(objects).flatMap((Key) => (Key.startsWith(Prefix) ? { Key } : [])) };
    }
    if (!(command instanceof GetObjectCommand)) return {};
    const body = objects[command.input.Key ?? ''];
    if (body instanceof Error) throw body;
    return { Body: { transformToString: async () => body }, LastModified: new Date('2026-01-01') };
  },
});

function prepare({
  sqs = anSqs(two),
  objects = {},
  lambda = aLambda(() => ({ payload: { outcome: 'projected' } })),
}: {
  sqs?: ReturnType<typeof anSqs>;
  objects?: Parameters<typeof anS3>[0];
  lambda?: ReturnType<typeof aLambda>;
}) {
  const { terminal, lines, notes } = aTerminal();
  const interrupt = new AbortController();
  const connection = { ...lambda, ...sqs, s3: anS3(objects), failureBucket: 'b' };
  const session = {
    connection: connection as unknown as Connection,
    terminal,
    json: false,
    signal: interrupt.signal,
  };
  return { run: (what: string) => redrive(session, {}, what), lines, notes, sqs, interrupt };
}

describe('nova redrive', () => {
  it('holds dead letters for 30 s to list and 300 s to redrive them, and releases all others', async () => {
    const listing = prepare({});
    const redriving = prepare({});

    expect([await listing.run('list'), await redriving.run('m1')]).toEqual([1, 0]);

    expect([[...listing.sqs.holds], listing.sqs.released.sort()]).toEqual([[30], ['m1', 'm2']]);
    expect([[...redriving.sqs.holds], redriving.sqs.removed]).toEqual([[300], ['m1']]);
    expect(redriving.sqs.released[0]).toBe('m2');
  });

  it('releases dead letters when the bucket cannot be read, and when the key is unknown', async () => {
    const denied = prepare({ objects: { 'parked/a': new Error('denied') } });
    const wrong = prepare({});

    await expect(denied.run('all')).rejects.toThrow('denied');
    await expect(wrong.run('99')).rejects.toThrow(/There is no failure "99"/);

    expect(denied.sqs.released.sort()).toEqual(['m1', 'm2']);
    expect(wrong.sqs.released.sort()).toEqual(['m1', 'm2']);
  });

  it('releases dead letters when it is interrupted', async () => {
    const lambda = aLambda(() => {
      interrupted.interrupt.abort();
      return new Error('aborted');
    });
    const interrupted = prepare({ lambda });

    await expect(interrupted.run('all')).rejects.toThrow();

    expect(interrupted.sqs.released.sort()).toEqual(['m1', 'm2']);
    expect(interrupted.sqs.removed).toEqual([]);
  });

  it('keeps a dead letter that could not be delivered', async () => {
    const lambda = aLambda(() => new Error('no room'));
    const { run, sqs } = prepare({ lambda });

    expect(await run('all')).toBe(1);

    expect([sqs.removed, sqs.released.sort()]).toEqual([[], ['m1', 'm2']]);
  });

  it('lists an unknown object, and never removes it', async () => {
    const objects = { 'parked/odd': '{', 'aws/lambda/odd': 'null' };
    const listing = prepare({ objects });
    const redriving = prepare({ objects });

    expect([await listing.run('list'), await redriving.run('all')]).toEqual([1, 1]);

    const text = listing.lines.join('\n');
    expect(text).toMatch(/unknown object +parked\/odd .*it is not a quarantined commit/);
    expect(text).toMatch(/unknown object +aws\/lambda\/odd .*it is not a record of Lambda/);
    expect(text).toMatch(/dead letter/);
    expect(redriving.lines.join('\n')).toContain('2 redriven, 2 still failing');
  });

  it('does not say that there are no failures while another reader holds dead letters', async () => {
    const { run, lines } = prepare({ sqs: anSqs({}, { 'search-handler': 2, 'event-handler': 1 }) });

    expect(await run('list')).toBe(1);

    expect(lines.join('\n')).toMatch(/3 dead letters held by another reader/);
    expect(lines.join('\n')).not.toContain('There are no failures');
  });
});
