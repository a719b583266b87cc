import { type ContentEvent, contentStream } from '@nova/shared/events/index';
import { limits } from '@nova/shared/limits';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { execute } from '../../commands/execute.ts';
import { content } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import type { UploadAddresses } from './upload-addresses.ts';
import { uploads } from './uploads.ts';

type Request = Parameters<ReturnType<typeof uploads>['createContent']>[0];
type Completion = Parameters<ReturnType<typeof uploads>['completeUpload']>[0];

const room = { refuseWhenFull: async () => {} };

describe('a registration that is repeated after its first attempt crashed', () => {
  it('continues the same upload', async () => {
    let begun = 0;
    const addresses: UploadAddresses = {
      single: () => Promise.reject(new Error('unexpected')),
      begin: async () => `upload ${++begun}`,
      parts: async (_, uploadId) => [{ partNumber: 1, url: `https://bucket/${uploadId}` }],
      complete: async () => {},
    };
    const { createContent } = uploads(memoryEventStore(), addresses, room);
    const request = {
      tenant: 't',
      newId: '019ab000-0000-7000-8000-000000000001',
      body: { filename: 'a.wav', contentType: 'audio/wav', bytes: limits.multipartFromBytes + 1 },
      metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
    } as Request;

    const context = {} as Context;

    const first = await createContent(request, context);
    const second = await createContent(request, context);

    expect(second).toEqual(first);
    expect(second).toMatchObject({ upload: { parts: [{ url: 'https://bucket/upload 1' }] } });
  });
});

describe('a registration while too many jobs of the key have not ended', () => {
  const addresses = {
    single: async () => ({ url: 'https://bucket/k', headers: {} }),
  } as unknown as UploadAddresses;
  const full = {
    refuseWhenFull: () => Promise.reject(new DomainError('too-many-jobs', 'Wait.')),
  };
  const register = (more: object) => {
    const store = memoryEventStore();
    const { createContent } = uploads(store, addresses, full);
    const request = {
      tenant: 't',
      newId: '019ab000-0000-7000-8000-000000000001',
      body: { filename: 'a.wav', contentType: 'audio/wav', bytes: 1, ...more },
      metadata: { correlationId: 'c', causationId: 'r', actor: 'key:t' },
    } as Request;
    return createContent(request, {} as Context);
  };

  it('is refused, unless its arrival starts no job', async () => {
    await expect(register({})).rejects.toMatchObject({ type: 'too-many-jobs' });
    await expect(register({ react: false })).resolves.toMatchObject({ upload: { method: 'PUT' } });
  });
});

describe('a registration without a type', () => {
  it.each([
    [{ filename: 'a.docx', bytes: 1 }, 'document'],
    [{ filename: 'a.mp3', bytes: 1, contentType: 'binary/octet-stream' }, 'audio'],
    [{ filename: 'a', bytes: limits.documentBytes + 1, contentType: 'application/zip' }, 'video'],
  ])('is of the kind that its name or its size suggests: %j', async (body, kind) => {
    const store = memoryEventStore();
    const addresses = {
      single: async (_: string, { type }: { type: string }) => ({ url: type, headers: {} }),
    } as unknown as UploadAddresses;
    const [tenant, newId] = ['t', '019ab000-0000-7000-8000-000000000001'];
    const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
    const request = { tenant, newId, body, metadata } as Request;

    const registered = await uploads(store, addresses, room).createContent(request, {} as Context);

    const { state } = await execute(store, content, contentStream(tenant, newId), metadata, () => []);
    expect(state).toMatchObject({ kind, contentType: 'application/octet-stream' });
    expect(registered).toMatchObject({ upload: { url: 'application/octet-stream' } });
  });
});

describe('a completion', () => {
  it('succeeds when another one has put the parts together, and the file was refused and erased meanwhile', async () => {
    const store = memoryEventStore();
    const [tenant, id] = ['t', '019ab000-0000-7000-8000-000000000001'];
    const metadata = { correlationId: 'c', causationId: 'r', actor: 'key:t' };
    const bytes = limits.multipartFromBytes + 1;
    const record = (event: ContentEvent) =>
      execute(store, content, contentStream(tenant, id), metadata, () => [event]);
    await record({
      type: 'ContentRegistered',
      data: {
        ...{ filename: 'a.wav', kind: 'audio', contentType: 'audio/wav', bytes, objectKey: 'k' },
        ...{ uploadExpiresAt: '2999-01-01T00:00:00.000Z', uploadId: 'u' },
      },
    });
    const addresses = {
      complete: async () => {
        await record({
          type: 'ContentRejected',
          data: { reason: 'type-differs', detail: 'It is a picture.' },
        });
        throw new DomainError('conflict', 'The upload is no longer there.');
      },
    } as unknown as UploadAddresses;
    const parts = [1, 2, 3, 4, 5].map((partNumber) => ({ partNumber, etag: 'e' }));
    const request = { tenant, id, body: { parts } } as Completion;

    const { completeUpload } = uploads(store, addresses, room);

    expect(await completeUpload(request, {} as Context)).toBeUndefined();
  });
});
