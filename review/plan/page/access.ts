import type { Grant } from '../access/grant.ts';
import { code, list, section } from '../markdown.ts';
import type { Review } from '../review.ts';

export const exposureSection = ({ exposures }: Review) =>
  section('OPEN OR TOO WIDE', list(exposures.map((exposure) => `**${exposure}**`)));

export const weakenedSection = ({ weakened }: Review) => section('Less safe than before', list(weakened));

/** The permissions that a plan grants and revokes. */
export const accessSection = ({ access: { gained, lost, unknown } }: Review) =>
  section(
    'Permissions',
    grantsByActor(lost, { allowed: 'may no longer', denied: 'is no longer denied' }),
    grantsByActor(gained, { allowed: 'may now', denied: 'is now denied' }),
    list(unknown.map((words) => `${words}: known only after apply`)),
  );

function grantsByActor(grants: readonly Grant[], verbs: { allowed: string; denied: string }): string {
  const byActor = Map.groupBy(
    grants,
    ({ who, allows }) => `${actor(who)} ${allows ? verbs.allowed : verbs.denied}`,
  );
  return [...byActor]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([sentence, theirs]) => `${sentence}:\n\n${list(permissionLines(theirs))}`)
    .join('\n\n');
}

/** Formats functions and roles as code; other principals are words already. */
const actor = (who: string) =>
  /^(?:service |account |every principal |anyone|all but )/.test(who) ? who : code(who);

/** One line for the same actions under the same conditions, with all their resources. */
function permissionLines(all: readonly Grant[]): string[] {
  const grants = withCallers(all);
  const byTarget = Map.groupBy(grants, ({ on, when }) => JSON.stringify([on, when]));
  const lines = [...byTarget.values()].map((same) => ({
    actions: same.map(actionWords).sort().join(', '),
    on: same[0]?.on ?? '',
    when: same[0]?.when ?? '',
  }));
  const byActions = Map.groupBy(lines, ({ actions, when }) => JSON.stringify([actions, when]));
  return [...byActions.values()]
    .map((same) => {
      const targets = same.map(({ on }) => on).filter((on) => on !== '');
      const [{ actions, when } = { actions: '', when: '' }] = same;
      const on = targets.length > 0 ? ` on ${targets.sort().join(', ')}` : '';
      return `${actions}${on}${when === '' ? '' : `, when ${when}`}`;
    })
    .sort();
}

/** `called by API api (/v1/GET/usage)`, and the rest of the condition */
const caller = /^called by (?<source>.+?)(?<part> \([^)]*\))?(?<rest> in account \d+)?$/;

/** One grant for all callers of a function: each route and each rule has a permission of its own. */
function withCallers(grants: readonly Grant[]): Grant[] {
  const same = Map.groupBy(grants, ({ action, on, when }) => {
    const { rest = '' } = caller.exec(when)?.groups ?? {};
    return JSON.stringify([action, on, caller.test(when) ? rest : when]);
  });
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    return first && caller.test(first.when) ? [{ ...first, when: callersOf(group) }] : group;
  });
}

function callersOf(grants: readonly Grant[]): string {
  const callers = grants.map(({ when }) => caller.exec(when)?.groups ?? { source: when });
  const bySource = Map.groupBy(callers, ({ source = '' }) => source);
  const words = [...bySource].map(([source, from]) => {
    const parts = from.flatMap(({ part }) => part?.slice(2, -1) ?? []);
    return parts.length > 0 ? `${source} (${parts.sort().join(', ')})` : source;
  });
  return `called by ${words.sort().join(', ')}${callers[0]?.rest ?? ''}`;
}

/** The content of a managed policy is not the name of an action. */
const actionWords = ({ action }: Grant) => (action.includes(' ') ? action : code(action));
