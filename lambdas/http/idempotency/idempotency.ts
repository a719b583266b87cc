import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { limits } from '@nova/shared/limits';
import { idempotencyHeader, type RouteName } from '@nova/shared/routes';
import type { Context } from 'aws-lambda';
import { DomainError } from '../../domain/errors.ts';
import type { ApiRequest } from '../request.ts';
import { answerCipher, RequestRecords } from './request-records.ts';

export interface Answered<T> {
  readonly answer: T;
  /** Whether it is the answer to an earlier request with the same key. */
  readonly repeated: boolean;
}

/** Retry-After of a request that is in progress, seconds. Our own. */
const retryAfterSeconds = 1;

/** Makes requests idempotent. */
export interface Idempotency {
  /**
   * Does the work of a request once for all requests with its Idempotency-Key, even if one of them dies; without a key it
   * just does the work. Work that throws may be attempted again.
   * @param work gets the request with ids that are the same in every attempt
   * @throws DomainError `idempotency-key-reused` when the key came with another request before, `request-in-progress`
   */
  run<R extends RouteName, T>(
    name: R,
    request: ApiRequest<R>,
    context: Context,
    work: (request: ApiRequest<R>) => Promise<T>,
  ): Promise<Answered<T>>;
}

/** By Powertools' idempotency, with records that live for a day. */
export function dynamodbIdempotency(client: DynamoDBDocumentClient, table: string): Idempotency {
  return {
    async run(name, request, context, work) {
      const { idempotencyKey, tenant } = request;
      if (idempotencyKey === undefined) return { answer: await work(request), repeated: false };
      const place = `${tenant}#${name}`;
      const { encrypt, decrypt } = answerCipher(idempotencyKey, place);
      const records = new RequestRecords(client, table);
      const config = new IdempotencyConfig({
        eventKeyJmesPath: 'key',
        payloadValidationJmesPath: 'request',
        throwOnNoIdempotencyKey: true,
        expiresAfterSeconds: limits.idempotencySeconds,
        hashFunction: 'sha256',
      });
      // Otherwise an attempt that ran out of time would be in progress until the record expires.
      config.registerLambdaContext(context);
      let repeated = true;
      const once = makeIdempotent(
        async (_payload: object) => {
          repeated = false;
          return encrypt(await work(inAttempt(request, records)));
        },
        { persistenceStore: records, config, keyPrefix: place, dataIndexArgument: 0 },
      );
      try {
        const answer = decrypt(await once({ key: idempotencyKey, request: wholeRequest(request) }));
        return { answer: answer as Awaited<ReturnType<typeof work>>, repeated };
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}

/**
 * Everything that tells two requests of a route apart; its hash is stored with the key. A request without a query has
 * the same hash as in versions that stored no query.
 */
const wholeRequest = ({ id, body, sentQuery }: ApiRequest) => ({
  id,
  body: body ?? null,
  ...(sentQuery.length > 0 ? { query: sentQuery } : {}),
});

const inAttempt = <R extends RouteName>(
  request: ApiRequest<R>,
  { attempt, retried }: RequestRecords,
): ApiRequest<R> => ({
  ...request,
  newId: attempt,
  retried,
  metadata: { ...request.metadata, causationId: attempt },
});

function refusalOf(error: unknown): unknown {
  switch ((error as Error).name) {
    case 'IdempotencyValidationError':
      return new DomainError(
        'idempotency-key-reused',
        `${idempotencyHeader}: this key came with another request before; send the same path, query and body, or a new key.`,
      );
    case 'IdempotencyAlreadyInProgressError':
      return new DomainError(
        'request-in-progress',
        `${idempotencyHeader}: the request with this key is being answered; send it again in a moment for its answer.`,
        { retryAfterSeconds },
      );
    default:
      return error;
  }
}
