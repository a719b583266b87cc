import {
  GetAliasCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { functionNameOf, liveAlias } from '@nova/shared/naming';
import { DeployError } from '../errors.ts';

/** A function, and which of its published versions callers get. */
export interface Deployed {
  readonly name: FunctionName;
  readonly functionName: string;
  readonly live: number;
  /** Part of the calls that go to another version just now. */
  readonly shifting: boolean;
  /** Oldest first. */
  readonly versions: readonly number[];
}

type Lambda = Pick<LambdaClient, 'send'>;

/** @throws DeployError when the stage is not deployed */
export const deployedFunctions = (lambda: Lambda, prefix: string): Promise<Deployed[]> =>
  Promise.all(functionNames.map((name) => deployed(lambda, prefix, name)));

async function deployed(lambda: Lambda, prefix: string, name: FunctionName): Promise<Deployed> {
  const functionName = functionNameOf(prefix, name);
  const alias = await lambda
    .send(new GetAliasCommand({ FunctionName: functionName, Name: liveAlias }))
    .catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      throw new DeployError(`There is no function ${functionName} with an alias ${liveAlias}: deploy first.`);
    });
  return {
    name,
    functionName,
    live: Number(alias.FunctionVersion),
    shifting: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
    versions: await publishedVersions(lambda, functionName),
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

/** Gives all callers one version, at once. */
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
