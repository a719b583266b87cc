import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stackNames } from '@nova/shared/naming';
import { runMain } from '@nova/shared/run-main';
import { SynthesizedStack } from '../review/synthesized-stack.ts';
import { estimate } from './estimate.ts';
import { atListPrice, priceRegion } from './prices.ts';
import { profiles, readProfile } from './profile.ts';
import { chart } from './report/chart.ts';
import { dollars, markdown, notChecked, type Report } from './report/markdown.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'cdktf.out', 'cost');

/** `make cost`: the cost of the synthesized stacks a month, as Markdown, JSON and a chart in `cdktf.out/cost`. */
function main(): void {
  const own = process.env.PROFILE ? [readProfile(process.env.PROFILE)] : [];
  const stacks = stackNames.map((name) => readStack(name));
  const stage = String(stacks.at(-1)?.file.output?.stage?.value ?? 'the stage');
  const report: Report = {
    stage,
    region: regionOf(stacks),
    estimates: [...profiles, ...own].map((profile) => estimate(stacks, profile)),
  };
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('cost.md', `${markdown(report)}\n`);
  write('cost.json', `${JSON.stringify(report, undefined, 2)}\n`);
  write('cost.svg', chart(report));
  process.stdout.write(summary(report));
}

const readStack = (name: string) =>
  new SynthesizedStack(
    JSON.parse(readFileSync(join(root, 'cdktf.out', 'stacks', name, 'cdk.tf.json'), 'utf8')),
  );

/** The region that the stacks' provider names. */
function regionOf(stacks: readonly SynthesizedStack[]): string {
  const [aws] = (stacks.at(-1)?.file.provider.aws ?? []) as readonly { readonly region?: string }[];
  return aws?.region ?? priceRegion;
}

function summary({ stage, region, estimates }: Report): string {
  const columns = ['a month', ...estimates.map(({ profile }) => profile.name)];
  const rows: [string, number[]][] = [
    ['Nova Platform', estimates.map((one) => one.dollars)],
    ['  also paid while idle', estimates.map(({ fixed }) => fixed)],
    ['Fargate + ElastiCache + OpenSearch NextGen', estimates.map((one) => one.alternatives.nextGen.dollars)],
    ['Fargate + ElastiCache + OpenSearch Classic', estimates.map((one) => one.alternatives.classic.dollars)],
    ['Model tokens, in every architecture', estimates.map(({ tokenDollars }) => tokenDollars)],
  ];
  const withOptions = (estimates[0]?.options ?? []).map(({ name, on }, place): [string, number[]] => [
    `  ${on ? 'on' : 'off'}: ${name}`,
    estimates.map((one) => one.options[place]?.dollars ?? 0),
  ]);
  rows.push(...withOptions);
  const wide = Math.max(...rows.map(([name]) => name.length));
  const cells = (name: string, values: readonly string[]) =>
    `${name.padEnd(wide)}${values.map((value) => value.padStart(13)).join('')}\n`;
  const [first = '', ...others] = columns;
  return [
    `Stage ${stage}, US dollars, ${atListPrice(region)}:\n\n`,
    cells(first, others),
    ...rows.map(([name, values]) => cells(name, values.map(dollars))),
    `\nEvery line, with its price and the source of that: ${relative(process.cwd(), join(folder, 'cost.md'))} (also .json, .svg)\n`,
    `Prices: ${notChecked()}\n`,
  ].join('');
}

await runMain(main);
