import { boundaryOf } from '@nova/shared/naming';
import type { Settings } from '../settings.ts';

/**
 * ARN of the policy that bounds what a role of the stage may do, whatever it is given; none where no workflow deploys the
 * stage. Without it, who may give rights to roles could give them any.
 */
export function boundaryArn(
  { prefix, repository }: Pick<Settings, 'prefix' | 'repository'>,
  accountId: string,
): string | undefined {
  return repository === undefined ? undefined : `arn:aws:iam::${accountId}:policy/${boundaryOf(prefix)}`;
}
