import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Estimate, estimate, saved } from '../../../cost/estimate.ts';
import { total } from '../../../cost/line.ts';
import { UnknownCostError } from '../../../cost/meters/all.ts';
import { prices } from '../../../cost/prices.ts';
import { type Profile, profiles } from '../../../cost/profile.ts';
import { chart } from '../../../cost/report/chart.ts';
import { markdown } from '../../../cost/report/markdown.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

const [idle, light, busy] = profiles as [Profile, Profile, Profile];
const stacksOf = (stage: string) => {
  const { registry, platform } = synthesize(stage);
  return [registry, platform];
};
const [dev, prod] = [stacksOf('dev'), stacksOf('prod')];

/** Production with more in it. */
function with_(type: string, values: object): SynthesizedStack[] {
  const file = structuredClone(prod[1]?.file) as { resource: Record<string, object> };
  file.resource[type] = { seeded: values };
  return [...prod.slice(0, 1), new SynthesizedStack(file as never)];
}

describe('an idle month', () => {
  it('of dev costs nothing', () => {
    const { dollars, fixed } = estimate(dev, idle);

    expect([dollars, fixed]).toEqual([0, 0]);
  });

  it('of production costs two dollars at most, and names every line', () => {
    const { dollars, fixed, lines } = estimate(prod, idle);

    expect(dollars).toBe(fixed);
    expect(dollars).toBeLessThanOrEqual(2);
    const paid = lines.filter((line) => line.dollars > 0);
    expect(new Set(paid.map(({ resource }) => resource.split('.')[0]))).toEqual(
      new Set(['aws_cloudwatch_metric_alarm']),
    );
    for (const { resource, what } of paid) expect(`${resource} ${what}`).toMatch(/^aws_\w+\.\S+ \S+/);
  });

  it.each([
    ['aws_kms_key', {}, 1],
    ['aws_nat_gateway', {}, 32.85],
    ['aws_elasticache_cluster', {}, 11.68],
    ['aws_lambda_provisioned_concurrency_config', { provisioned_concurrent_executions: 1 }, 8.76],
    ['aws_wafv2_web_acl', { rule: [{}, {}, {}] }, 8],
  ])('costs more with %s', (type, values, more) => {
    expect(estimate(with_(type, values), idle).fixed).toBeCloseTo(estimate(prod, idle).fixed + more, 2);
  });

  it('of a type without a price is an error', () => {
    expect(() => estimate(with_('aws_redshift_cluster', {}), idle)).toThrow(UnknownCostError);
    expect(() => estimate(with_('aws_redshift_cluster', {}), idle)).toThrow(
      /aws_redshift_cluster\.seeded: the cost of aws_redshift_cluster is unknown\. Add a meter/,
    );
  });
});

describe('an estimate', () => {
  const profile = fc.record({
    ...{
      chatTurns: fc.nat(100_000),
      searches: fc.nat(100_000),
      reads: fc.nat(100_000),
      documents: fc.nat(1000),
    },
    ...{ audioMinutes: fc.nat(10_000), videoMinutes: fc.nat(10_000), storedGb: fc.nat(1000) },
    activeHours: fc.nat(730),
    name: fc.constant('any'),
  });
  const sumOf = ({ dollars, tokenDollars }: Estimate) => dollars + tokenDollars;

  it('is the sum of its lines, never negative, and grows with the load', () => {
    fc.assert(
      fc.property(profile, profile, (one, more) => {
        const both = Object.fromEntries(
          Object.entries(one).map(([key, value]) => [
            key,
            typeof value === 'number' ? Math.max(value, Number(more[key as 'reads'])) : value,
          ]),
        ) as Profile;
        const [small, large] = [estimate(prod, one), estimate(prod, both)];

        expect(small.dollars).toBeCloseTo(total(small.lines), 6);
        expect(small.lines.every(({ dollars }) => dollars >= 0)).toBe(true);
        expect(sumOf(large)).toBeGreaterThanOrEqual(sumOf(small) - 1e-9);
        expect(small.fixed).toBeCloseTo(estimate(prod, idle).fixed, 9);
      }),
      { numRuns: 30 },
    );
  });

  it('of a light month is below the bound of the seed document', () => {
    const { lines } = estimate(dev, light);
    const of = (start: string) => total(lines.filter(({ resource }) => resource.startsWith(start)));

    expect(of('aws_lambda') + of('aws_api_gateway')).toBeLessThan(5);
    expect(of('aws_dynamodb_table')).toBeLessThan(1);
    expect(of('aws_s3vectors')).toBeLessThan(10);
  });

  it('names the load at which the 90 % of the seed document hold', () => {
    const [rest, much] = [estimate(prod, idle), estimate(prod, busy)];

    expect(saved(rest.dollars, rest.alternatives.classic.dollars)).toBeGreaterThan(0.9);
    expect(saved(sumOf(much), much.alternatives.nextGen.dollars + much.tokenDollars)).toBeLessThan(0.9);
  });

  it('counts every policy of the guardrail, personal data included', () => {
    const checked = estimate(dev, light).lines.filter(({ resource }) =>
      resource.startsWith('aws_bedrock_guardrail'),
    );

    expect(checked.map(({ what, price, quantity }) => [what, price, quantity])).toEqual([
      ['text checked for harmful content', 'guardrailContent', 6000],
      ['text checked for denied topics', 'guardrailContent', 6000],
      ['text checked for personal data and secrets', 'guardrailPersonalData', 6000],
      ['answers checked against their sources', 'guardrailGrounding', 6000],
    ]);
  });

  it('prices each option, whether it is on or off', () => {
    const { options } = estimate(prod, idle);

    expect(options.map(({ setting, on, dollars }) => [setting, on, dollars])).toEqual([
      ['firewall', false, 8],
      ['ownKey', false, 1],
      ['accessLogs', false, 0],
    ]);
    const withAll = synthesize('prod', {}, (settings) => ({
      ...settings,
      ...{ firewall: true, ownKey: true, accessLogs: true },
    }));
    const all = estimate([withAll.registry, withAll.platform], idle);
    expect(all.options.every(({ on }) => on)).toBe(true);
    expect(all.fixed).toBeCloseTo(estimate(prod, idle).fixed + 9, 9);
  });

  it('names the page of every price, and the date that it was read', () => {
    for (const { source, read, dollars } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      expect(read).toMatch(/^(2026-\d\d|from memory)$/);
      expect(dollars).toBeGreaterThan(0);
    }
  });
});

describe('a report', () => {
  const report = {
    stage: 'prod',
    region: 'us-east-1',
    estimates: profiles.map((profile) => estimate(prod, profile)),
  };

  it('shows all profiles, the alternatives, the tokens on a separate line, and the prices', () => {
    const text = markdown(report);

    for (const part of [
      '| idle | light | busy |',
      'OpenSearch Classic',
      'Model tokens',
      'seed’s',
      '## Options',
      '## Prices',
      'Not checked, but from memory: customMetric, guardrailGrounding, cacheSmall.',
    ]) {
      expect(text.replaceAll("'", '’')).toContain(part);
    }
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('of a stage in another region says which region’s prices it uses', () => {
    const tokyo = { ...report, region: 'ap-northeast-1' };

    expect(markdown(tokyo)).toContain('at list price in us-east-1: prices in ap-northeast-1 differ');
    expect(chart(tokyo)).toContain('list price in us-east-1, not ap-northeast-1');
    expect(markdown(report)).not.toContain('differ');
  });

  it('includes a chart', () => {
    const svg = chart(report);

    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<rect /g)).toHaveLength(report.estimates.length * 4 - 1);
  });
});

describe('make cost', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nova-cost-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (profile?: object | string) => {
    const path = join(folder, 'own.json');
    if (profile !== undefined)
      writeFileSync(path, typeof profile === 'string' ? profile : JSON.stringify(profile));
    const env = { ...process.env, PROFILE: profile === undefined ? join(folder, 'none.json') : path };
    const { status, stderr, stdout } = spawnSync('node', ['cost/main.ts'], { env, encoding: 'utf8' });
    return { status, stderr, stdout };
  };

  it('writes a table, numbers and a chart, also for the user’s own profile', () => {
    const { status, stdout } = run({ ...light, name: 'ours', chatTurns: 7 });

    expect(status).toBe(0);
    expect(stdout).toMatch(/idle +light +busy +ours/);
    expect(stdout).toMatch(/off: AWS WAF in front of the API +\$8\.00/);
    expect(stdout).toMatch(/Not checked, but from memory: customMetric/);
    const written = JSON.parse(readFileSync('cdktf.out/cost/cost.json', 'utf8'));
    expect(written.estimates.map(({ profile }: Estimate) => profile.name)).toEqual([
      'idle',
      'light',
      'busy',
      'ours',
    ]);
    expect(execFileSync('head', ['-1', 'cdktf.out/cost/cost.md'], { encoding: 'utf8' })).toContain(
      'costs a month',
    );
  });

  it.each([
    [undefined, /there is no file .*none\.json; docs\/cost\.md/],
    ['{', /is not JSON/],
    [{ ...light, chatTurns: -1 }, /chatTurns: .*docs\/cost\.md lists the fields/],
    [{ ...light, activeHours: 800 }, /activeHours/],
    [{ ...light, turns: 5 }, /turns is not a field; remove it/],
    [{ name: 'x' }, /chatTurns: /],
  ])('refuses %j in one line', (profile, message) => {
    const { status, stderr } = run(profile);

    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
