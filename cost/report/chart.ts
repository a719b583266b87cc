import type { Estimate } from '../estimate.ts';
import { priceRegion } from '../prices.ts';
import { dollars, type Report } from './markdown.ts';

const [width, left, right, top] = [860, 250, 90, 86] as const;
const [barHeight, gap, groupGap] = [20, 6, 34] as const;
/** Dollars at both ends of the axis, which is logarithmic: zero has no bar. */
const [least, most] = [0.1, 10_000] as const;

interface Bar {
  readonly label: string;
  readonly amount: number;
  readonly look: 'ours' | 'other' | 'tokens';
}

const barsOf = ({ dollars: ours, alternatives: { classic, nextGen }, tokenDollars }: Estimate): Bar[] => [
  { label: 'Nova Platform', amount: ours, look: 'ours' },
  { label: 'Fargate + cache + NextGen', amount: nextGen.dollars, look: 'other' },
  { label: 'Fargate + cache + Classic', amount: classic.dollars, look: 'other' },
  { label: 'Model tokens, in each case', amount: tokenDollars, look: 'tokens' },
];

/** The costs as a chart, readable on a light and on a dark background. */
export function chart({ stage, region, estimates }: Report): string {
  const bars = estimates[0] ? barsOf(estimates[0]).length : 0;
  const groupHeight = bars * (barHeight + gap) + groupGap;
  const bottom = top + estimates.length * groupHeight;
  const groups = estimates.map((one, place) => group(one, top + place * groupHeight));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" role="img" aria-labelledby="title">
<title id="title">What ${stage} costs a month, next to the seed's alternatives</title>
<style>
  svg { background: #fff; font: 13px system-ui, sans-serif; }
  text { fill: #1f2933; }
  .muted { fill: #616e7c; }
  .head { font-size: 17px; font-weight: 600; }
  .group { font-weight: 600; }
  .grid { stroke: #e4e7eb; }
  .ours { fill: #0b7285; }
  .other { fill: #c92a2a; fill-opacity: .72; }
  .tokens { fill: #868e96; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16191d; }
    text { fill: #e4e7eb; }
    .muted { fill: #9aa5b1; }
    .grid { stroke: #323f4b; }
    .ours { fill: #3bc9db; }
    .other { fill: #ff8787; }
  }
</style>
<text x="20" y="30" class="head">What ${stage} costs a month</text>
<text x="20" y="50" class="muted">US dollars at list price in ${priceRegion}${region === priceRegion ? '' : `, not ${region}`}, on a logarithmic scale; zero has no bar</text>
${grid(bottom)}
${groups.join('\n')}
</svg>
`;
}

/** Position of an amount on the axis. */
function x(amount: number): number {
  const share = Math.log(amount / least) / Math.log(most / least);
  return left + Math.max(0, Math.min(1, share)) * (width - left - right);
}

const grid = (bottom: number) =>
  [0.1, 1, 10, 100, 1000, 10_000]
    .map((amount) => {
      const at = x(amount).toFixed(1);
      const label = amount < 1 ? '10 ¢' : `$${amount.toLocaleString('en-US')}`;
      return `<line class="grid" x1="${at}" x2="${at}" y1="${top - 8}" y2="${bottom - groupGap + 8}"/><text class="muted" x="${at}" y="${top - 14}" text-anchor="middle">${label}</text>`;
    })
    .join('\n');

function group(one: Estimate, y: number): string {
  const bars = barsOf(one).map((bar, place) => {
    const at = y + place * (barHeight + gap);
    const end = bar.amount > 0 ? Math.max(x(bar.amount), left + 2) : left;
    const text = at + barHeight - 6;
    return [
      `<text x="${left - 12}" y="${text}" text-anchor="end">${bar.label}</text>`,
      bar.amount > 0
        ? `<rect class="${bar.look}" x="${left}" y="${at}" width="${(end - left).toFixed(1)}" height="${barHeight}" rx="2"/>`
        : '',
      `<text x="${(end + 8).toFixed(1)}" y="${text}">${dollars(bar.amount)}</text>`,
    ].join('');
  });
  return `<text x="20" y="${y + barHeight - 6}" class="group">${one.profile.name}</text>\n${bars.join('\n')}`;
}
