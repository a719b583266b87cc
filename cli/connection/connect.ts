import { UsageError } from '../errors.ts';
import { type CloudOptions, cloudPlace } from './cloud.ts';
import { type Connection, connectionTo } from './connection.ts';
import { localPlace } from './local.ts';

export interface ConnectOptions extends CloudOptions {
  readonly data: string | undefined;
}

const defaultData = '.nova';

/** Connects to the platform on this machine, or to a stage on AWS where one of its options is given. */
export async function connect({ data, ...cloud }: ConnectOptions): Promise<Connection> {
  const onAws = Object.values(cloud).some((option) => option !== undefined);
  if (onAws && data !== undefined) {
    throw new UsageError(
      '--data is of the platform on this machine, --stage, --profile and --region of one on AWS: give one or the other.',
    );
  }
  return connectionTo(
    onAws ? await cloudPlace(cloud) : localPlace(data ?? (process.env.DATA || defaultData)),
  );
}
