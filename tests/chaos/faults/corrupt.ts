import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { versionKey } from '@nova/shared/tables';
import { assess } from '../checks/assess.ts';
import { type Verified, verify } from '../checks/operator.ts';
import { type StoredCommit, storedCommits } from '../checks/store-contents.ts';
import type { World } from '../fixture.ts';
import type { Assessment } from '../outcome.ts';
import type { Ledger } from '../writers/ledger.ts';

/** What is said of a world in which each promise was broken once. */
export interface Sabotaged {
  readonly assessed: Assessment;
  readonly verified: Verified;
}

/**
 * Breaks each promise once behind the platform's back, to see that who looks finds it: a commit is taken away, another is
 * there twice, a row is changed.
 */
export async function sabotage(world: World, ledger: Ledger): Promise<Sabotaged> {
  const commits = await storedCommits(world.events.client, world.events.name);
  const lasts = [...commits.values()].flatMap((all) => all.at(-1) ?? []);
  const [lost, doubled] = lasts.filter(({ stream, commitId }) => {
    return stream.includes('#usage#') && ledger.entries.get(commitId)?.acknowledged !== undefined;
  });
  if (!lost || !doubled) throw new Error('There are too few streams to break anything');
  await remove(world, lost);
  await repeat(world, doubled);
  await falsifyRow(world);
  return { assessed: await assess(world, ledger), verified: await verify(world.platform) };
}

const keyOf = ({ stream, version }: StoredCommit) => ({ pk: stream, sk: versionKey(version) });

async function remove({ events: { client, name } }: World, commit: StoredCommit): Promise<void> {
  await client.send(new DeleteCommand({ TableName: name, Key: keyOf(commit) }));
}

async function repeat({ events: { client, name } }: World, commit: StoredCommit): Promise<void> {
  const { Item } = await client.send(new GetCommand({ TableName: name, Key: keyOf(commit) }));
  const sk = versionKey(commit.version + commit.count);
  await client.send(new PutCommand({ TableName: name, Item: { ...Item, sk } }));
}

async function falsifyRow({ rowsTable: { client, name } }: World): Promise<void> {
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
