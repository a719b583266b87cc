import { isUnscoped } from '../../unscoped-actions.ts';
import type { ArnWords } from '../resources/arns.ts';
import { exceptionPrefix, type Statement } from './policy-document.ts';

/** One action that a principal may, or must not, perform on a resource. */
export interface Grant {
  /** In words: `audio-handler`, `service events.amazonaws.com`, `anyone`. */
  readonly who: string;
  readonly allows: boolean;
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** `table event-store` */
  readonly on: string;
  /** Conditions in words; empty where there are none. */
  readonly when: string;
  /** Granted to the public, or to a service that acts on behalf of any account. */
  readonly open: boolean;
  /** Granted for a whole service, or on every resource although the action can be scoped. */
  readonly wide: boolean;
}

/** Conditions that limit the accounts on whose behalf a principal may act. */
const narrowing =
  /^aws:(?:SourceArn|SourceAccount|SourceOrgID|PrincipalOrgID|PrincipalAccount|PrincipalArn)$/i;

export const anyone = 'anyone';

/** A principal of a resource policy in words. */
export function principalWords(principal: string, arnWords: ArnWords): string {
  if (principal === '*') return anyone;
  const [, kind, name = ''] = /^(\w+): (.*)$/s.exec(principal) ?? [];
  if (kind === 'Service') return `service ${name}`;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  return account ? `account ${account}` : arnWords(name || principal);
}

/**
 * The grants of a statement.
 * @param who the principal that has the policy; without one, the principals of the statement
 * @param on the resource, when the statement names none
 */
export function grantsOf(
  statement: Statement,
  arnWords: ArnWords,
  { who, on }: { who?: string; on?: string },
): Grant[] {
  const actors = who ? [who] : statement.principals.map((principal) => principalWords(principal, arnWords));
  const targets = statement.resources.length > 0 ? statement.resources.map(arnWords) : [on ?? 'it'];
  const narrowed = statement.conditions.some(([, key]) => narrowing.test(key));
  const when = statement.conditions
    .map(([operator, key, values]) => `${key} ${verb(operator)} ${values.map(arnWords).sort().join(' or ')}`)
    .join(' and ');
  return actors.flatMap((actor) =>
    statement.actions.flatMap((action) =>
      targets.map((target) => ({
        who: actor,
        allows: statement.allows,
        action,
        on: target,
        when,
        open: statement.allows && !narrowed && (actor === anyone || actor.startsWith(exceptionPrefix)),
        wide: statement.allows && isWide(action, target),
      })),
    ),
  );
}

const isWide = (action: string, target: string) =>
  /^(?:\w[\w-]*:)?\*$/.test(action) ||
  action.startsWith(exceptionPrefix) ||
  ((target === 'everything' || target.startsWith(exceptionPrefix)) && !isUnscoped(action));

function verb(operator: string): string {
  if (/Not/.test(operator)) return 'is not';
  return /Like/.test(operator) ? 'is like' : 'is';
}
