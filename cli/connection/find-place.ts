import { UsageError } from '../errors.ts';
import { localPlace } from './local.ts';
import type { CloudOptions, Place } from './place.ts';

export interface PlaceOptions extends CloudOptions {
  readonly data: string | undefined;
}

const defaultData = '.nova';

/**
 * The platform on this machine, or a stage on AWS when one of its options is given.
 * @throws UsageError for options that contradict each other, CliError when no platform runs here
 */
export async function findPlace({ data, ...cloud }: PlaceOptions): Promise<Place> {
  const onAws = Object.values(cloud).some((option) => option !== undefined);
  if (!onAws) return localPlace(data ?? (process.env.DATA || defaultData));
  if (data !== undefined) {
    throw new UsageError(
      '--data selects a platform on this machine; --stage, --profile and --region select one on AWS. Give one or the other.',
    );
  }
  // Loaded only for AWS: the SDK takes longer to load than the rest of a command.
  const { cloudPlace } = await import('./cloud.ts');
  return cloudPlace(cloud);
}
