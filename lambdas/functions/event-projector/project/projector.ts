import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { logger } from '../../../runtime/instrumentation.ts';
import { isCommit, itemOf, oncePerStream, streamOf } from './batch.ts';
import type { ProjectorDependencies } from './dependencies.ts';
import type { ReadCommit } from './history.ts';
import { projectCommits } from './project-commits.ts';

/**
 * Turns stream records into rows and published events. A commit that no retry can project is quarantined and counts as
 * done; any other failure is reported for its record, and Lambda retries it.
 */
export function projector(dependencies: ProjectorDependencies) {
  return async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const records = event.Records.filter(isCommit);
    // One read of the generations and one of the keys per batch. A failure there fails every record, below.
    const known = records.length > 0 ? prepare(dependencies, records) : undefined;
    known?.catch(() => undefined);
    const outcomes = oncePerStream(records, streamOf, (group, stream) =>
      reported(stream, async () => {
        const { state, commits } = (await known) as Prepared;
        const mine = group.flatMap((record) => commits.get(record) ?? []);
        await dependencies.quarantine(await projectCommits(dependencies, state, mine, context));
      }),
    );
    const processor = new BatchProcessor(EventType.DynamoDBStreams, { logger });
    return processPartialResponse(event, (record: DynamoDBRecord) => outcomes.get(record), processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

async function prepare({ states, history }: ProjectorDependencies, records: readonly DynamoDBRecord[]) {
  const [state, read] = await Promise.all([states.load(), history.read(records.map(itemOf))]);
  const commits = new Map<DynamoDBRecord, ReadCommit>();
  for (const [index, record] of records.entries()) {
    const commit = read[index];
    if (commit) commits.set(record, commit);
  }
  return { state, commits };
}

/** Lambda learns which records failed, not why: the reason is logged. */
async function reported(stream: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.error('A stream could not be projected or published', { stream, error: error as Error });
    throw error;
  }
}
