import { parseCommit, UnreadableCommitError } from '@nova/shared/events/commit';
import {
  contentStream,
  events as eventTypes,
  jobStream,
  type RecordedEvent,
  type StreamId,
  sessionStream,
} from '@nova/shared/events/index';
import { streamKey, versionKey } from '@nova/shared/tables';
import { describe, expect, it } from 'vitest';
import { memoryEncryption, memoryKeys } from '../../testing/memory-encryption.ts';
import { StreamErasedError } from './encryption.ts';

const tenant = 't';
const contentId = '019ab000-0000-7000-8000-000000000001';
const session = sessionStream(tenant, 's');
const content = contentStream(tenant, contentId);
const job = jobStream(tenant, 'j');
const envelope = {
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
} as const;

const started: RecordedEvent<'SessionStarted'> = { ...envelope, type: 'SessionStarted', data: {} };
const failed: RecordedEvent<'TurnFailed'> = {
  ...envelope,
  type: 'TurnFailed',
  data: { reason: 'Chimborazo' },
};
const rejected: RecordedEvent<'ContentRejected'> = {
  ...envelope,
  type: 'ContentRejected',
  data: { reason: 'empty', detail: 'holiday.wav is empty' },
};
const requested: RecordedEvent<'JobRequested'> = {
  ...envelope,
  type: 'JobRequested',
  data: { contentId, task: { kind: 'analysis', questions: ['Who wears the red scarf?'] } },
};

function prepare() {
  const keys = memoryKeys();
  const encryption = memoryEncryption(keys);
  /** Encrypts and stores a commit as the event store does. */
  const append = async (stream: StreamId, firstVersion: number, ...events: RecordedEvent[]) => {
    const encrypted = await encryption.encrypt(stream, firstVersion, events);
    expect(keys.commit(encrypted.keys)).toBe(true);
    encryption.keysStored(encrypted.keys);
    return {
      pk: streamKey(stream),
      sk: versionKey(firstVersion),
      commitId: 'commit',
      count: events.length,
      events: encrypted.events,
    };
  };
  /** Reads as another process does, without cached keys. */
  const read = async (...items: unknown[]) =>
    (await memoryEncryption(keys).decrypt(items))
      .flatMap((item) => parseCommit(item))
      .map(({ data }) => data);
  return { keys, encryption, append, read };
}

const bytesOf = (item: { events: readonly { sealed?: Uint8Array | undefined }[] }) =>
  item.events.map(({ sealed }) => sealed);

describe('encrypted events', () => {
  it('are stored without personal data, and read with it', async () => {
    const { append, read } = prepare();

    const item = await append(session, 1, started, failed);

    expect(item.events).toMatchObject([{ data: {} }, { data: {}, sealed: expect.any(Uint8Array) }]);
    expect(JSON.stringify(item)).not.toContain('Chimborazo');
    expect(item.events[0]).not.toHaveProperty('sealed');
    expect(await read(item)).toEqual([{}, { reason: 'Chimborazo' }]);
  });

  it('create the key of a stream with the first commit that needs it, and with no later one', async () => {
    const { encryption, append, keys } = prepare();
    await append(session, 1, started, failed);

    const second = await encryption.encrypt(session, 3, [failed]);

    expect(second.keys).toEqual([]);
    expect(keys.requests).toEqual([]);
  });

  it('of one content item and its jobs share one key', async () => {
    const { keys, append, read } = prepare();
    const items = [await append(content, 1, rejected), await append(job, 1, requested)];

    await keys.destroy(content);

    expect(await read(...items)).toEqual([
      { reason: 'empty', detail: '[erased]' },
      { contentId, task: { kind: 'analysis' } },
    ]);
  });

  it('are read with one request for all keys', async () => {
    const { keys, encryption, append } = prepare();
    const items = [await append(session, 1, failed), await append(content, 1, rejected)];

    await memoryEncryption(keys).decrypt(items);
    await encryption.decrypt(items);

    expect(keys.requests).toEqual([[streamKey(session), streamKey(content)]]);
  });

  it.each(Object.entries(eventTypes).filter(([, type]) => 'personal' in type))(
    'of type %s fit their schema with placeholders',
    (_, type) => {
      const { fields } = (type as typeof eventTypes.TurnFailed).personal;
      const shape = type.data.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;

      for (const [path, placeholder] of Object.entries(fields)) {
        if (path.includes('.')) expect(placeholder).toBeUndefined();
        else expect(shape[path]?.safeParse(placeholder).success).toBe(true);
      }
    },
  );
});

describe('a stream with a destroyed key', () => {
  it('accepts no more personal data, and is readable without it', async () => {
    const { keys, append } = prepare();
    await append(content, 1, rejected);
    await keys.destroy(content);
    const elsewhere = memoryEncryption(keys);

    await expect(elsewhere.encrypt(content, 2, [rejected])).rejects.toThrow(StreamErasedError);
    await expect(elsewhere.encrypt(job, 1, [requested])).rejects.toThrow(streamKey(content));

    const deleted = { ...envelope, type: 'ContentDeleted', data: {} } as const;
    expect(await elsewhere.encrypt(content, 2, [deleted])).toMatchObject({ keys: [] });
  });

  it('gets no new key, also when it never had one', async () => {
    const { keys, encryption } = prepare();

    await keys.destroy(session);

    await expect(encryption.encrypt(session, 3, [failed])).rejects.toThrow(StreamErasedError);
    const first = await encryption.encrypt(session, 1, [failed]);
    expect(keys.commit(first.keys)).toBe(false);
  });
});

describe('a value that cannot be decrypted', () => {
  it.each([
    ['bytes were changed', (sealed: Uint8Array) => sealed.with(20, (sealed[20] ?? 0) ^ 1)],
    ['bytes are missing', (sealed: Uint8Array) => sealed.subarray(0, 10)],
  ])('stays encrypted when %s, and no other value does', async (_, change) => {
    const { encryption, append } = prepare();
    const item = await append(session, 1, failed, failed);
    const [first, second] = item.events;
    if (!first?.sealed) throw new Error('nothing is encrypted');
    const tampered = { ...item, events: [{ ...first, sealed: change(first.sealed) }, second] };

    const [opened] = (await encryption.decrypt([tampered])) as [typeof item];

    expect(bytesOf(opened)).toEqual([change(first.sealed), undefined]);
    expect(() => parseCommit(opened)).toThrow(UnreadableCommitError);
    expect(() => parseCommit(opened)).toThrow('t#session#s@1 (TurnFailed) cannot be decrypted with its key');
  });

  it('is one that was moved to another version', async () => {
    const { encryption, append } = prepare();
    const item = await append(session, 1, failed, failed);

    const [opened] = (await encryption.decrypt([{ ...item, events: item.events.toReversed() }])) as [
      typeof item,
    ];

    expect(bytesOf(opened)).not.toContain(undefined);
  });

  it.each([
    ['nothing', undefined],
    ['something else', { pk: 't#session#s', sk: 'x', events: [{ sealed: new Uint8Array(40) }] }],
    [
      'no stream',
      { pk: 't', sk: '1', commitId: 'c', count: 1, events: [{ ...failed, sealed: new Uint8Array(40) }] },
    ],
    ['an older commit', { pk: 't#session#s', events: [{ type: 'TurnFailed', data: { reason: 'clear' } }] }],
  ])('is returned unchanged: %s', async (_, item) => {
    const { encryption, keys } = prepare();

    expect(await encryption.decrypt([item])).toEqual([item]);
    expect(keys.requests).toEqual([]);
  });

  it('is in an event of a type that this build does not know', async () => {
    const { encryption, append } = prepare();
    const item = await append(session, 1, failed);
    const unknown = { ...item, events: item.events.map((event) => ({ ...event, type: 'TurnDreamt' })) };

    const [opened] = await encryption.decrypt([unknown]);

    expect(() => parseCommit(opened)).toThrow('unknown type TurnDreamt');
  });
});

describe('an encrypted state', () => {
  it('decrypts for its stream and version, until the key is destroyed', async () => {
    const { keys, encryption, append } = prepare();
    await append(session, 1, failed);
    const sealed = (await encryption.encryptState(session, 'snapshot@1', { turns: 1 })) ?? new Uint8Array();

    expect(await encryption.decryptState(session, 'snapshot@1', sealed)).toEqual({ turns: 1 });
    expect(await encryption.decryptState(session, 'snapshot@2', sealed)).toBeUndefined();

    await keys.destroy(session);
    const elsewhere = memoryEncryption(keys);
    expect(await elsewhere.decryptState(session, 'snapshot@1', sealed)).toBeUndefined();
    expect(await elsewhere.encryptState(session, 'snapshot@1', {})).toBeUndefined();
  });
});
