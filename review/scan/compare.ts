import type { Checks, Findings } from './checkov.ts';
import type { Verdicts } from './verdicts.ts';

const idsOf = (rows: Verdicts[keyof Verdicts]) => rows.flatMap(({ ids }) => ids);

/** Where the verdicts in this repository are not what the scanner finds, each with what to do. */
export function differences({ passed, failed }: Findings, { met, notMet }: Verdicts): string[] {
  const explained = idsOf(notMet);
  const shown = (id: string, checks: Checks) => {
    const { name = '', resources = [] } = checks.get(id) ?? {};
    const [first = '', ...others] = resources;
    return `${id} (${name}): ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  };
  return [
    ...[...failed.keys()]
      .filter((id) => !explained.includes(id))
      .map((id) => `${shown(id, failed)} fails: mend it, or add it to notMet with the reason`),
    ...explained.filter((id) => !failed.has(id)).map((id) => `${id} does not fail: remove it from notMet`),
    ...idsOf(met)
      .filter((id) => !passed.has(id) || failed.has(id))
      .map((id) => `${id} does not pass everywhere: remove it from met`),
  ];
}
