import { hkdfSync } from 'node:crypto';
import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import { IdempotencyItemAlreadyExistsError } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { v7 as uuid } from 'uuid';
import * as z from 'zod';
import { decryptValue, encryptValue } from '../../event-store/encryption/cipher.ts';

/** Bytes of an AES-256 key. */
const keyBytes = 32;

/**
 * Encrypts answers with the caller's Idempotency-Key, which is stored nowhere: an answer may hold personal data, and an
 * erasure that does not find it must not leave it readable. HKDF with SHA-256 (RFC 5869).
 * @param place tenant and route of the request
 */
export function answerCipher(idempotencyKey: string, place: string) {
  const key = new Uint8Array(hkdfSync('sha256', idempotencyKey, place, 'nova answer', keyBytes));
  return {
    encrypt: (answer: unknown) => Buffer.from(encryptValue(key, place, { answer })).toString('base64'),
    decrypt: (encrypted: string) =>
      (decryptValue(key, place, Buffer.from(encrypted, 'base64')) as { answer: unknown }).answer,
  };
}

/** A request with an Idempotency-Key, as its table holds it. */
const Item = z.object({
  status: z.enum(['INPROGRESS', 'COMPLETED']),
  /** Hash of the request: its path's id, query and body. */
  body: z.string(),
  /** Id of what the request creates: the same in every attempt. */
  attempt: z.string(),
  /** Milliseconds since 1970 until which an attempt may be running. */
  busyUntil: z.number(),
  /** Seconds since 1970, as DynamoDB's TTL wants it. */
  ttl: z.number(),
  answer: z.string().optional(),
});

/** The one item of a request. */
const sortKey = 'REQUEST';

const names = { '#status': 'status', '#body': 'body', '#ttl': 'ttl' };

/**
 * Powertools' idempotency records in our own table. Unlike in Powertools' layer, the record of a crashed attempt keeps its
 * id: the next attempt creates the same things with the same ids, and so once. One instance serves one request.
 */
export class RequestRecords extends BasePersistenceLayer {
  /** Id of what this request creates. */
  attempt = '';
  /** Whether an earlier attempt may have done it, or a part of it. */
  retried = false;
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    super();
    this.#client = client;
    this.#table = table;
  }

  /** Begins an attempt, unless the request was answered, is in progress, or was another one: the record says which. */
  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    const { payloadHash: body = '', expiryTimestamp: ttl, inProgressExpiryTimestamp: busyUntil } = record;
    const fresh = uuid();
    const now = Date.now();
    const seconds = Math.floor(now / 1000);
    const begin = (condition: string, attempt: string, values: Readonly<Record<string, unknown>>) =>
      this.#client.send(
        new UpdateCommand({
          ...this.#key(record),
          ConditionExpression: condition,
          UpdateExpression: `SET #status = :busy, #body = :body, busyUntil = :until, #ttl = :ttl, attempt = ${attempt} REMOVE answer`,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ...{ ':busy': 'INPROGRESS', ':body': body, ':until': busyUntil ?? now, ':ttl': ttl },
            ...{ ':fresh': fresh, ...values },
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    const first = () =>
      begin(
        'attribute_not_exists(pk) OR (#ttl >= :seconds AND #status = :busy AND busyUntil < :now AND #body = :body)',
        'if_not_exists(attempt, :fresh)',
        { ':now': now, ':seconds': seconds },
      );
    // DynamoDB deletes expired items within days, not immediately: an expired record belongs to a request long over.
    const afterExpired = () => begin('#ttl < :seconds', ':fresh', { ':seconds': seconds });
    try {
      const { Attributes } = await first().catch((error: unknown) => {
        const there = error instanceof ConditionalCheckFailedException && itemIn(error);
        if (there && there.ttl < seconds) return afterExpired();
        throw error;
      });
      this.attempt = Item.parse(Attributes).attempt;
      this.retried = this.attempt !== fresh;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      throw seenBefore(record.idempotencyKey, itemIn(error));
    }
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        ...this.#key(record),
        UpdateExpression: 'SET #status = :done, answer = :answer, #ttl = :ttl',
        ExpressionAttributeNames: { '#status': names['#status'], '#ttl': names['#ttl'] },
        ExpressionAttributeValues: {
          ...{ ':done': 'COMPLETED', ':answer': record.getResponse(), ':ttl': record.expiryTimestamp },
        },
      }),
    );
  }

  protected override async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await this.#client.send(new DeleteCommand(this.#key(record)));
  }

  /** Never called: a refusal to begin returns the existing record. */
  protected override _getRecord(): Promise<IdempotencyRecord> {
    return Promise.reject(new Error('A request record is not read by itself'));
  }

  #key({ idempotencyKey }: IdempotencyRecord) {
    return { TableName: this.#table, Key: { pk: idempotencyKey, sk: sortKey } };
  }
}

const itemIn = (refusal: ConditionalCheckFailedException) => Item.parse(unmarshall(refusal.Item ?? {}));

const seenBefore = (idempotencyKey: string, there: z.infer<typeof Item>) =>
  new IdempotencyItemAlreadyExistsError(
    'The request was seen before',
    new IdempotencyRecord({
      idempotencyKey,
      status: there.status,
      payloadHash: there.body,
      expiryTimestamp: there.ttl,
      inProgressExpiryTimestamp: there.busyUntil,
      responseData: there.answer as JSONValue,
    }),
  );
