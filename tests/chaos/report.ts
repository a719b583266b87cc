import type { Difference } from '@nova/shared/operations';
import type { ChaosReport } from './outcome.ts';

/** The violations that a run found, each as a sentence; empty when all guarantees hold. */
export function broken(report: ChaosReport): string[] {
  const { before, after, verifiedBefore, verifiedAfter, poisons, notQuarantined, refused, left } = report;
  const poisoned = new Set(poisons.map(({ item }) => item.pk));
  return [
    ...[before, after].flatMap(({ lost, doubled, differ }) => [
      ...lost.map((what) => `lost: ${what}`),
      ...doubled.map((what) => `doubled: ${what}`),
      ...differ.map((what) => `differs: ${what}`),
    ]),
    ...verifiedBefore.differences.map(
      (difference) => `verify, before the poisoned commits are repaired: ${lineOf(difference)}`,
    ),
    ...verifiedAfter.differences.map((difference) => `verify: ${lineOf(difference)}`),
    ...verifiedBefore.unreadable
      .filter(({ stream }) => !poisoned.has(stream))
      .map(({ stream, reason }) => `verify cannot read ${stream}: ${reason}`),
    ...verifiedAfter.unreadable.map(({ stream, reason }) => `verify cannot read ${stream}: ${reason}`),
    ...notQuarantined.map((what) => `not in the failure destination with its reason: ${what}`),
    ...refused.map((why) => `could not be redriven: ${why}`),
    ...(left > 0 ? [`${left} objects are left in the failure destination`] : []),
    ...(verifiedAfter.events === after.events
      ? []
      : [`verify saw ${verifiedAfter.events} events of ${after.events}`]),
  ];
}

const lineOf = ({ row, kind, detail }: Difference) => `${row} ${kind}: ${detail}`;

/** The run as a table. */
export function reportTable(report: ChaosReport): string {
  const { before, after, verifiedBefore, verifiedAfter, faults } = report;
  const both = (name: 'lost' | 'doubled' | 'differ') => before[name].length + after[name].length;
  const differences = verifiedBefore.differences.length + verifiedAfter.differences.length;
  const rows: (readonly [string, string | number])[] = [
    ['events', after.events],
    ['commits', after.commits],
    ['streams', after.streams],
    ['conflicts', report.conflicts],
    ['commits never answered for', report.unanswered],
    ['workers killed', report.kills],
    ...Object.entries(faults).map(([kind, count]) => [`DynamoDB: ${kind}`, count] as const),
    ['records delivered again', report.redeliveries],
    ['poisoned commits', report.poisons.length],
    ['in the failure destination', report.quarantined],
    ['redriven', report.redriven],
    ['lost', both('lost')],
    ['doubled', both('doubled')],
    ['differ', both('differ') + differences],
    ['seed', String(report.options.seed)],
    ['seconds', (report.tookMs / 1000).toFixed(1)],
  ];
  const texts = rows.map(([name, value]) => [name, shown(value)] as const);
  const names = Math.max(...texts.map(([name]) => name.length));
  const values = Math.max(...texts.map(([, value]) => value.length));
  return texts.map(([name, value]) => `  ${name.padEnd(names)}  ${value.padStart(values)}`).join('\n');
}

const shown = (value: string | number) => (typeof value === 'number' ? value.toLocaleString('en-US') : value);
