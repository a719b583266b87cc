import {
  GetAliasCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { functionNameOf, liveAlias } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';

/** The version that callers of a function get. */
export interface Alias {
  readonly live: number;
  /** Whether part of the traffic goes to another version at the moment. */
  readonly shifting: boolean;
}

/** A function, its published versions, and the version that callers get. */
export interface Deployed extends Alias {
  readonly name: FunctionName;
  readonly functionName: string;
  /** Oldest first. */
  readonly versions: readonly number[];
}

/** The version that callers should get next; undefined when they have the newest. */
export function dueVersion({ live, versions }: Deployed): number | undefined {
  const newest = versions.at(-1) ?? live;
  return newest === live ? undefined : newest;
}

type Lambda = Pick<LambdaClient, 'send'>;

/** @throws UserError when the stage is not deployed */
export const deployedFunctions = (
  lambda: Lambda,
  prefix: string,
  names: readonly FunctionName[] = functionNames,
): Promise<Deployed[]> =>
  Promise.all(
    names.map(async (name) => {
      const functionName = functionNameOf(prefix, name);
      const alias = await aliasOf(lambda, functionName);
      return { name, functionName, ...alias, versions: await publishedVersions(lambda, functionName) };
    }),
  );

/** @throws UserError when the function is not deployed */
export async function aliasOf(lambda: Lambda, functionName: string): Promise<Alias> {
  const alias = await lambda
    .send(new GetAliasCommand({ FunctionName: functionName, Name: liveAlias }))
    .catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      throw new UserError(
        `There is no function ${functionName} with an alias ${liveAlias}: deploy the stage first.`,
      );
    });
  return {
    live: Number(alias.FunctionVersion),
    shifting: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
  };
}

async function publishedVersions(lambda: Lambda, functionName: string): Promise<number[]> {
  const versions: number[] = [];
  let marker: string | undefined;
  do {
    const page = await lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: functionName, Marker: marker }),
    );
    for (const { Version } of page.Versions ?? []) if (Version !== '$LATEST') versions.push(Number(Version));
    marker = page.NextMarker;
  } while (marker);
  return versions.sort((a, b) => a - b);
}

/** Points the alias of a function at one version, for all callers at once. */
export async function pointAlias(lambda: Lambda, functionName: string, version: number): Promise<void> {
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: liveAlias,
      FunctionVersion: String(version),
      RoutingConfig: { AdditionalVersionWeights: {} },
    }),
  );
}
