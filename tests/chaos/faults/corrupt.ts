import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { versionKey } from '@nova/shared/tables';
import { assess } from '../checks/assess.ts';
import { type Verified, verify } from '../checks/operator.ts';
import { type StoredCommit, storedCommits } from '../checks/store-contents.ts';
import type { ChaosFixture } from '../fixture.ts';
import type { Assessment } from '../outcome.ts';
import type { Ledger } from '../writers/ledger.ts';

/** The reports of the checks after each guarantee was broken once. */
export interface Corrupted {
  readonly assessed: Assessment;
  readonly verified: Verified;
}

/**
 * Breaks each guarantee once, behind the platform's back, so that a test can show that the checks report it: removes a
 * commit, stores another one twice, changes a row.
 */
export async function corrupt(fixture: ChaosFixture, ledger: Ledger): Promise<Corrupted> {
  const commits = await storedCommits(fixture.events.client, fixture.events.name);
  const lasts = [...commits.values()].flatMap((all) => all.at(-1) ?? []);
  const [lost, doubled] = lasts.filter(({ stream, commitId }) => {
    return stream.includes('#usage#') && ledger.entries.get(commitId)?.acknowledged !== undefined;
  });
  if (!lost || !doubled) throw new Error('There are too few streams to break anything');
  await remove(fixture, lost);
  await repeat(fixture, doubled);
  await falsifyRow(fixture);
  return { assessed: await assess(fixture, ledger), verified: await verify(fixture.platform) };
}

const keyOf = ({ stream, version }: StoredCommit) => ({ pk: stream, sk: versionKey(version) });

async function remove({ events: { client, name } }: ChaosFixture, commit: StoredCommit): Promise<void> {
  await client.send(new DeleteCommand({ TableName: name, Key: keyOf(commit) }));
}

async function repeat({ events: { client, name } }: ChaosFixture, commit: StoredCommit): Promise<void> {
  const { Item } = await client.send(new GetCommand({ TableName: name, Key: keyOf(commit) }));
  const sk = versionKey(commit.version + commit.count);
  await client.send(new PutCommand({ TableName: name, Item: { ...Item, sk } }));
}

async function falsifyRow({ rowsTable: { client, name } }: ChaosFixture): Promise<void> {
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: name, FilterExpression: 'attribute_exists(turnCount)' }),
  );
  const { pk, sk } = Items[0] ?? {};
  await client.send(
    new UpdateCommand({
      TableName: name,
      Key: { pk, sk },
      UpdateExpression: 'SET turnCount = turnCount + :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}
