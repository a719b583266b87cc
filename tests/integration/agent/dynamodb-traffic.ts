import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Counts requests and bytes between a client and DynamoDB. */
export interface Traffic {
  reset(): void;
  total(): { readonly requests: number; readonly bytes: number };
}

interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII text, or bytes. */
  readonly body?: string | Uint8Array;
}

const headerBytes = ({ headers }: HttpMessage) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + String(value).length + 4, 0);

/** Counts each request of the client and its response from now on, failed attempts included. */
export function countTraffic(client: DynamoDBDocumentClient): Traffic {
  let requests = 0;
  let bytes = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as HttpMessage;
      requests += 1;
      bytes += headerBytes(request) + (request.body?.length ?? 0);
      const result = await next(args);
      const response = result.response as HttpMessage;
      const length = Number(response.headers['content-length']);
      if (Number.isNaN(length)) throw new Error('A response has no content-length');
      bytes += headerBytes(response) + length;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'countWire' },
  );
  return {
    reset() {
      requests = 0;
      bytes = 0;
    },
    total: () => ({ requests, bytes }),
  };
}
