import { boundaryOf } from '@nova/shared/naming';
import type { Settings } from '../settings.ts';

/** ARN of the policy that bounds what a role of the stage may do, whatever it is given. */
export const boundaryArn = ({ prefix }: Pick<Settings, 'prefix'>, accountId: string) =>
  `arn:aws:iam::${accountId}:policy/${boundaryOf(prefix)}`;

/**
 * The boundary of a role, none where no workflow deploys the stage. Without it, who may give rights to roles could give
 * them any.
 */
export const boundaryOfWork = (
  settings: Pick<Settings, 'prefix' | 'repository'>,
  accountId: string,
): string | undefined => (settings.repository === undefined ? undefined : boundaryArn(settings, accountId));
