import { type TableName, tables } from '@nova/shared/tables';
import type { PlannedResource } from '../resources/resources.ts';

/** A kind of resource that holds what cannot be made again by applying a plan. */
interface DataBearing {
  /** What one holds. */
  holds(name: string): string;
  /** What to do before it may go. */
  readonly remedy: string;
}

const rows: Readonly<Record<TableName, string>> = {
  'event-store': 'every event, from which all else is made',
  'stream-keys': 'the keys that open what is personal in events: without them it stays sealed for ever',
  'session-memory': 'what the agent remembers of conversations',
  'read-model': 'the rows that queries read; `nova replay` makes them anew from the event store',
  requests: 'answers to repeat: until it fills again, a repeated POST is done twice',
};
const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

const buckets: Readonly<Record<string, string>> = {
  content: 'uploaded files, transcripts and analyses',
  failures: 'records that no function could take, and commits that were put aside',
};

const aside =
  'Undo the change; or copy the data into a new resource under another name, and let go of this one in a later plan.';

/** Every kind that bears data, ours or one that may come. */
const dataBearing: Readonly<Record<string, DataBearing>> = {
  aws_dynamodb_table: {
    holds: (name) => (isTable(name) ? rows[name] : 'its items'),
    remedy: `${aside} A table can be exported to S3 and imported under the new name, or restored from a backup.`,
  },
  aws_s3_bucket: { holds: (name) => buckets[name] ?? 'its objects', remedy: aside },
  aws_s3vectors_vector_bucket: {
    holds: () => 'the vector index, and so all that search finds',
    remedy:
      'Undo the change; or index all content anew afterwards with `nova reindex`, which costs the embedding model.',
  },
  aws_s3vectors_index: {
    holds: () => 'the vectors of all content: search finds nothing without them',
    remedy:
      'Undo the change; or index all content anew afterwards with `nova reindex`, which costs the embedding model.',
  },
  aws_sqs_queue: {
    holds: () => 'letters that wait to be sent again',
    remedy: 'Empty it first: `nova redrive`.',
  },
  aws_cloudwatch_log_group: {
    holds: () => 'logs',
    remedy: 'Undo the change; or export the logs to S3 first.',
  },
  aws_cloudwatch_event_archive: {
    holds: () => 'domain events for replay',
    remedy:
      'Undo the change; the event store has the same events, but the archive alone replays them to the bus.',
  },
  aws_ecr_repository: {
    holds: () => 'the images that roll back to',
    remedy: 'Undo the change; or push the image again with `make image` before the platform is deployed.',
  },
  aws_api_gateway_api_key: {
    holds: () => 'a tenant: its id begins the keys of all the tenant’s data, which nobody could reach again',
    remedy: 'Undo the change; a key is switched off with `enabled: false`, not by taking it away.',
  },
  aws_kms_key: {
    holds: () => 'what decrypts everything that was encrypted with it',
    remedy: 'Undo the change; AWS deletes a key only after 7 to 30 days, and until then it can be restored.',
  },
};

export const bearsData = (type: string) => Object.hasOwn(dataBearing, type);

/** Whether a kind of resource settles one that bears data: a bucket's policy, a queue's, a repository's. */
export const guardsData = (type: string) =>
  Object.keys(dataBearing).some((bearing) => type.startsWith(`${bearing}_`));

/** Data that would be gone. */
export interface Loss {
  readonly resource: PlannedResource;
  readonly holds: string;
  readonly remedy: string;
}

/** The data-bearing resources that would be destroyed, by themselves or to be made anew. */
export const lossesIn = (resources: readonly PlannedResource[]): Loss[] =>
  resources.flatMap((resource) => {
    const bearing = dataBearing[resource.type];
    if (!bearing || (resource.deed !== 'delete' && resource.deed !== 'replace')) return [];
    return [{ resource, holds: bearing.holds(resource.name), remedy: bearing.remedy }];
  });
