import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { keySealing } from './key-sealing.ts';
import type { Sealing } from './sealing.ts';
import { dynamodbStreamKeys } from './stream-keys.ts';

/** Sealing with keys in a DynamoDB table. */
export const dynamodbSealing = (client: DynamoDBDocumentClient, table: string): Sealing =>
  keySealing(dynamodbStreamKeys(client, table));
