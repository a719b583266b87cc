import { type TableName, tables } from '@nova/shared/tables';
import type { PlannedResource } from '../resources/resources.ts';

/** A kind of resource whose content cannot be restored by applying a plan. */
interface DataBearing {
  /** Its content. */
  holds(name: string): string;
  /** What to do before it is destroyed. */
  readonly remedy: string;
}

const rows: Readonly<Record<TableName, string>> = {
  'event-store': 'every event, from which all other data is derived',
  'stream-keys': 'the keys that decrypt personal data in events: without them it stays encrypted for ever',
  'session-memory': 'what the agent remembers from conversations',
  'read-model': 'the rows that queries read; `nova replay` rebuilds them from the event store',
  requests: 'stored responses of POST requests: without them, a repeated POST is executed twice',
  'job-slots':
    "which jobs of each key run or wait: without them, more than a key's bound may run for a while, and jobs that wait are not started",
};
const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

const buckets: Readonly<Record<string, string>> = {
  content: 'uploaded files, transcripts and analyses',
  failures: 'records that no function could process, and quarantined commits',
  'access-logs': 'the access logs of the other buckets',
};

const copy =
  'Undo the change; or copy the data into a new resource under another name, and destroy this one in a later plan.';

/** Every kind that holds data, in our stacks today or possibly later. */
const dataBearing: Readonly<Record<string, DataBearing>> = {
  aws_dynamodb_table: {
    holds: (name) => (isTable(name) ? rows[name] : 'its items'),
    remedy: `${copy} A table can be exported to S3 and imported under the new name, or restored from a backup.`,
  },
  aws_s3_bucket: { holds: (name) => buckets[name] ?? 'its objects', remedy: copy },
  aws_s3vectors_vector_bucket: {
    holds: () => 'the vector index, and so everything that search finds',
    remedy:
      'Undo the change; or index all content again afterwards with `nova reindex`, which costs tokens of the embedding model.',
  },
  aws_s3vectors_index: {
    holds: () => 'the vectors of all content: search finds nothing without them',
    remedy:
      'Undo the change; or index all content again afterwards with `nova reindex`, which costs tokens of the embedding model.',
  },
  aws_scheduler_schedule_group: {
    holds: () => 'the next calls of webhooks that were not accepted yet',
    remedy: 'Undo the change; or request the calls again afterwards with `POST /jobs/{id}/webhook`.',
  },
  aws_sqs_queue: {
    holds: () => 'dead letters that wait for a redrive',
    remedy: 'Empty it first: `nova redrive`.',
  },
  aws_cloudwatch_log_group: {
    holds: () => 'logs',
    remedy: 'Undo the change; or export the logs to S3 first.',
  },
  aws_cloudwatch_event_archive: {
    holds: () => 'domain events for replay',
    remedy:
      'Undo the change; the event store has the same events, but only the archive replays them to the bus.',
  },
  aws_ecr_repository: {
    holds: () => 'the images that a rollback needs',
    remedy: 'Undo the change; or push the image again with `make image` before the platform is deployed.',
  },
  aws_api_gateway_api_key: {
    holds: () =>
      'a tenant: the keys of all its data begin with the id of the API key, and nobody could reach that data again',
    remedy: 'Undo the change; to switch a key off, set `enabled: false` instead of removing it.',
  },
  aws_kms_key: {
    holds: () => 'the only means to decrypt everything that was encrypted with it',
    remedy: 'Undo the change; AWS deletes a key only after 7 to 30 days, and until then it can be restored.',
  },
};

export const bearsData = (type: string) => Object.hasOwn(dataBearing, type);

/** Whether a kind of resource configures one that holds data: the policy of a bucket, a queue or a repository. */
export const guardsData = (type: string) =>
  Object.keys(dataBearing).some((bearing) => type.startsWith(`${bearing}_`));

/** Data that a plan would destroy. */
export interface Loss {
  readonly resource: PlannedResource;
  readonly holds: string;
  readonly remedy: string;
}

/** The resources with data that a plan destroys, with or without a replacement. */
export const lossesIn = (resources: readonly PlannedResource[]): Loss[] =>
  resources.flatMap((resource) => {
    const bearing = dataBearing[resource.type];
    if (!bearing || (resource.action !== 'delete' && resource.action !== 'replace')) return [];
    return [{ resource, holds: bearing.holds(resource.name), remedy: bearing.remedy }];
  });
