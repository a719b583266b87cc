import { type Estimate, saved } from '../estimate.ts';
import { type Line, total } from '../line.ts';
import { atListPrice, type Price, prices, unchecked } from '../prices.ts';

export interface Report {
  readonly stage: string;
  readonly region: string;
  readonly estimates: readonly Estimate[];
}

/** The whole report. */
export const markdown = (report: Report) =>
  [
    head(report),
    overview(report),
    saving(report),
    fixedLines(report),
    optionLines(report),
    ...report.estimates.map(details),
    sources(),
  ].join('\n\n');

const head = ({ stage, region }: Report) =>
  `# What ${stage} costs a month

Amounts are ${atListPrice(region)}. They are without free tier, discounts or tax, and computed from the synthesized Terraform and from
estimates of the usage of each activity (\`cost/usage.ts\`); AWS's bill is the authority.`;

function overview({ estimates }: Report): string {
  const row = (what: string, value: (one: Estimate) => number) =>
    `| ${what} | ${estimates.map((one) => dollars(value(one))).join(' | ')} |`;
  return table(
    ['', ...estimates.map(({ profile }) => profile.name)],
    [
      row('**Nova Platform**', (one) => one.dollars),
      row('of that, also paid while idle', (one) => one.fixed),
      row('Fargate + ElastiCache + OpenSearch NextGen', (one) => one.alternatives.nextGen.dollars),
      row('Fargate + ElastiCache + OpenSearch Classic', (one) => one.alternatives.classic.dollars),
      row('Model tokens, in every architecture', (one) => one.tokenDollars),
    ],
  );
}

/** Compares the seed's "about 90 %" with the result. */
function saving({ estimates }: Report): string {
  const shares = estimates.map(
    ({ profile, dollars: ours, tokenDollars, alternatives: { classic, nextGen } }) =>
      [
        `| ${profile.name}`,
        percent(saved(ours, classic.dollars)),
        percent(saved(ours, nextGen.dollars)),
        percent(saved(ours + tokenDollars, classic.dollars + tokenDollars)),
        `${percent(saved(ours + tokenDollars, nextGen.dollars + tokenDollars))} |`,
      ].join(' | '),
  );
  const heads = ['saved of', 'Classic', 'NextGen', 'Classic, tokens included', 'NextGen, tokens included'];
  return `## The seed's 90 %

The seed promised about 90 % less. That holds while idle; under load the saving is smaller, because tokens cost the same in every
architecture. The comparison is to our disadvantage: files, logs, events and the guardrail count only on our side, although the others
would need them too.

${table(heads, shares)}`;
}

function fixedLines({ estimates }: Report): string {
  const lines = (estimates[0]?.lines ?? []).filter(({ fixed }) => fixed);
  if (lines.length === 0) return '## Paid while idle\n\nNothing.';
  return `## Paid while idle\n\n${linesTable(lines)}`;
}

function optionLines({ estimates }: Report): string {
  const rows = (estimates[0]?.options ?? []).map(
    ({ name, setting, on }, place) =>
      `| ${name} | \`${setting}\` | ${on ? 'on' : 'off'} | ${estimates.map((one) => dollars(one.options[place]?.dollars ?? 0)).join(' | ')} |`,
  );
  const heads = ['', 'setting', 'now', ...estimates.map(({ profile }) => profile.name)];
  return `## Options\n\nWhat each protection costs a month. The sums above hold those that are on.\n\n${table(heads, rows)}`;
}

function details({ profile, lines, dollars: sum }: Estimate): string {
  const used = lines.filter((one) => one.dollars > 0);
  if (used.length === 0) return `## ${profile.name}\n\nNothing is billed.`;
  const byType = Map.groupBy(used, ({ resource, what, price }) => `${typeOf(resource)}|${what}|${price}`);
  const merged = [...byType.values()].map((same) => ({
    ...(same[0] as Line),
    resource: typeOf(same[0]?.resource ?? '') + (same.length > 1 ? ` × ${same.length}` : ''),
    quantity: same.reduce((all, one) => all + one.quantity, 0),
    dollars: total(same),
  }));
  const sorted = merged.sort((a, b) => b.dollars - a.dollars);
  return `## ${profile.name}: ${dollars(sum)}\n\n${linesTable(sorted)}`;
}

const typeOf = (address: string) => address.split('.')[0] ?? address;

const linesTable = (lines: readonly Line[]) =>
  table(
    ['resource', 'what', 'quantity', 'price', 'a month'],
    lines.map(({ resource, what, quantity: units, price, dollars: amount, note }) => {
      const { dollars: each, unit } = prices[price];
      const label = note ? `${what} (${note})` : what;
      return `| ${resource} | ${label} | ${quantity(units)} | $${each.toPrecision(3)} / ${unit} | ${dollars(amount)} |`;
    }),
  );

function sources(): string {
  const rows = Object.entries<Price>(prices).map(
    ([name, { dollars: each, unit, source, read, readIn }]) =>
      `| ${name} | $${each.toPrecision(3)} / ${unit} | ${source} | ${readIn ? `[${read}](${readIn})` : read} |`,
  );
  return `## Prices\n\n${note()}\n\n${table(['', 'list price', 'page', 'read'], rows)}`;
}

/** Which prices were not read on AWS's own page. */
const note = () =>
  `A linked date means that AWS's page could not be read then, and names the page on which the price was read instead. ${notChecked()}`;

/** The prices that nobody has checked, in a sentence. */
export const notChecked = () =>
  unchecked.length === 0
    ? 'Every price was checked.'
    : `Not checked, but from memory: ${unchecked.join(', ')}.`;

const table = (heads: readonly string[], rows: readonly string[]) =>
  [
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, place) => (place === 0 ? ' --- ' : ' ---: ')).join('|')}|`,
    ...rows,
  ].join('\n');

/** Dollars as on a bill; an amount below one cent reads `< $0.01`. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.005) return '< $0.01';
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A quantity for people. */
export const quantity = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 3 : 0 });

export const percent = (share: number) => `${Math.round(share * 100)} %`;
