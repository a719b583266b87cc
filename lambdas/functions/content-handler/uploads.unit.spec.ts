import { limits } from '@nova/shared/limits';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import type { UploadAddresses } from './upload-addresses.ts';
import { uploads } from './uploads.ts';

type Request = Parameters<ReturnType<typeof uploads>['createContent']>[0];

describe('a registration that is repeated after its first attempt crashed', () => {
  it('continues the same upload', async () => {
    let begun = 0;
    const addresses: UploadAddresses = {
      single: () => Promise.reject(new Error('unexpected')),
      begin: async () => `upload ${++begun}`,
      parts: async (_, uploadId) => [{ partNumber: 1, url: `https://bucket/${uploadId}` }],
      complete: async () => {},
    };
    const { createContent } = uploads(memoryEventStore(), addresses);
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
