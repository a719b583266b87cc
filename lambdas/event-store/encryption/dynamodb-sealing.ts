import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { keySealing } from './keyed-encryption.ts';
import type { Sealing } from './encryption.ts';
import { dynamodbStreamKeys } from './stream-keys.ts';

/** Sealing with keys in a DynamoDB table. */
export const dynamodbSealing = (client: DynamoDBDocumentClient, table: string): Sealing =>
  keySealing(dynamodbStreamKeys(client, table));
