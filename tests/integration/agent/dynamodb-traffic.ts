import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Counts what goes over the wire between a client and DynamoDB. */
export interface Wire {
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

/** From now on, counts each request of the client and its answer, tries that failed included. */
export function countWire(client: DynamoDBDocumentClient): Wire {
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
      if (Number.isNaN(length)) throw new Error('An answer says not how long it is');
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
