import type { Grant } from '../access/grant.ts';
import { code, list, section } from '../markdown.ts';
import type { Review } from '../review.ts';

export const exposureSection = ({ exposures }: Review) =>
  section('OPEN OR WIDE: look twice', list(exposures.map((exposure) => `**${exposure}**`)));

export const weakenedSection = ({ weakened }: Review) => section('Less safe than before', list(weakened));

/** Who may do what that they might not, and the other way round. */
export const accessSection = ({ access: { gained, lost, untold } }: Review) =>
  section(
    'Who may do what',
    told(lost, { allowed: 'may no longer', refused: 'is no longer refused' }),
    told(gained, { allowed: 'may now', refused: 'is now refused' }),
    list(untold.map((words) => `${words}: known only after apply`)),
  );

function told(grants: readonly Grant[], verbs: { allowed: string; refused: string }): string {
  const byActor = Map.groupBy(
    grants,
    ({ who, allows }) => `${actor(who)} ${allows ? verbs.allowed : verbs.refused}`,
  );
  return [...byActor]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([sentence, theirs]) => `${sentence}:\n\n${list(thingsDone(theirs))}`)
    .join('\n\n');
}

/** Functions and roles stand out; principals of AWS and the world are words already. */
const actor = (who: string) =>
  /^(?:service |account |whoever |anyone|all but )/.test(who) ? who : code(who);

/** The same actions under the same conditions in one line, whatever they are on. */
function thingsDone(grants: readonly Grant[]): string[] {
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

/** What a managed policy allows is no action by name. */
const actionWords = ({ action }: Grant) => (action.includes(' ') ? action : code(action));
