import { existsSync } from 'node:fs';
import { functionNames } from '@nova/shared/functions';
import { tableNames } from '@nova/shared/tables';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimate } from '../../../cost/estimate.ts';
import { profiles } from '../../../cost/profile.ts';
import { dataOnly } from '../../../deploy/destroy/data-only.ts';
import { costs } from '../../../deploy/plans/costs.ts';
import { StackFile } from '../../../deploy/terraform/stacks.ts';
import { renderReview } from '../../../review/plan/page/render.ts';
import { type Review, reviewOf } from '../../../review/plan/review.ts';
import { bearsData, guardsData } from '../../../review/plan/risks/data-loss.ts';
import { parsePlan } from '../../../review/plan/terraform/terraform-plan.ts';
import { planJson } from '../../../review/plan/testing/plan-builder.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';
import { destroyingPlan, firstPlan, type StackJson } from './plans-of-stacks.ts';

interface Stage {
  readonly stage: string;
  readonly registry: StackJson;
  readonly platform: StackJson;
}

function stageOf(stage: string, environment: Record<string, string> = {}): Stage {
  const { registry, platform } = synthesize(stage, environment);
  return {
    stage,
    registry: registry.file as unknown as StackJson,
    platform: platform.file as unknown as StackJson,
  };
}

const everything = { ACCOUNT_LOGGING: 'own', ALARM_EMAIL: 'ops@example.com', PIPELINE_REPOSITORY: 'us/nova' };
let dev: Stage;
let prod: Stage;
beforeAll(() => {
  dev = stageOf('dev');
  prod = stageOf('prod', everything);
});

function review({ stage, registry, platform }: Stage, planOf: typeof firstPlan): Review {
  const stacks = { 'nova-registry': registry, 'nova-platform': platform };
  return reviewOf(
    stage,
    Object.entries(stacks).map(([stack, json]) => ({ stack, plan: parsePlan(planJson(planOf(json))) })),
  );
}

const countOf = ({ registry, platform }: Stage) =>
  [registry, platform].flatMap(({ resource }) => Object.values(resource).flatMap(Object.keys)).length;

describe.each([
  ['dev', () => dev],
  ['prod', () => prod],
])('the review of the first deployment of %s', (_, stage) => {
  it('adds everything, without public or wide access, and loses no data', () => {
    const first = review(stage(), firstPlan);

    expect(first.resources.filter(({ action }) => action === 'create')).toHaveLength(countOf(stage()));
    expect(first.losses).toEqual([]);
    expect(first.exposures).toEqual([]);
    expect(renderReview(first)).toContain('✅ Only additions and changes in place.');
  });

  it('groups resources by existing folders', () => {
    const folders = new Set(review(stage(), firstPlan).resources.map(({ folder }) => folder));

    expect([...folders].filter((folder) => !existsSync(`modules/${folder}`))).toEqual([]);
  });

  it('describes the permissions of every function in words', () => {
    const page = renderReview(review(stage(), firstPlan));

    for (const name of functionNames) expect(page).toContain(`\`${name}\` may now:`);
    expect(page).toContain('`dynamodb:PutItem`, `dynamodb:Query` on table event-store');
    expect(page).not.toMatch(/\$\{|arn:aws|undefined/);
  });
});

it('the cost of a first deployment is the cost of the stack', () => {
  const stacks = [prod.registry, prod.platform];
  const plans = stacks.map((json) => ({ stack: 'any', plan: parsePlan(planJson(firstPlan(json))) }));
  const synthesized = stacks.map((json) => new SynthesizedStack(json as never));
  const expected = profiles.map((profile) => [profile.name, 0, estimate(synthesized, profile).dollars]);

  const { costs: changes } = reviewOf('prod', plans, costs);

  expect(changes.map(([month, { before, after }]) => [month, before, after])).toEqual(expected);
});

describe('the review of a destruction', () => {
  it('lists everything that holds data', () => {
    const lost = review(dev, destroyingPlan).losses.map(({ resource }) => resource.words);

    for (const name of tableNames) expect(lost).toContain(`table ${name}`);
    expect(lost).toEqual(
      expect.arrayContaining([
        'bucket content',
        'bucket failures',
        'vector bucket vectors',
        'vector index content',
        'event archive domain-events',
        'image repository agent-core',
        'API key developer',
        'queue event-handler-dead-letters',
        'log group audio-handler',
      ]),
    );
  });
});

describe('a stack that is reduced to its data', () => {
  const addressesIn = ({ resource }: { resource: object }) =>
    Object.entries(resource).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
  const left = () => dataOnly(StackFile.parse(dev.platform));

  it('keeps all that holds data unchanged, with its safeguards', () => {
    const kept = left();
    const bearing = addressesIn(dev.platform).filter((address) => bearsData(address.split('.')[0] ?? ''));

    expect(bearing.length).toBeGreaterThan(15);
    expect(addressesIn(kept)).toEqual(expect.arrayContaining(bearing));
    expect(kept.resource.aws_dynamodb_table).toEqual(dev.platform.resource.aws_dynamodb_table);
    const guards = ['aws_s3_bucket_policy', 'aws_s3_bucket_public_access_block'];
    for (const type of guards) expect(kept.resource[type]).toEqual(dev.platform.resource[type]);
  });

  it('has nothing else but what those refer to', () => {
    const others = addressesIn(left()).filter((address) => {
      const [type = ''] = address.split('.');
      return !bearsData(type) && !guardsData(type);
    });

    // The archive archives a bus.
    expect(others.map((address) => address.split('.')[0])).toEqual(['aws_cloudwatch_event_bus']);
  });

  it('refers to no removed resource', () => {
    const kept = left();
    const there = new Set(addressesIn(kept));
    const references = [...JSON.stringify(kept).matchAll(/(?<!data\.)\b(aws_\w+\.[\w-]+)\.\w+\}/g)].map(
      ([, address = '']) => address,
    );

    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((address) => !there.has(address))).toEqual([]);
    expect(kept).not.toHaveProperty('variable');
    expect(Object.keys(kept.data ?? {})).toEqual(['aws_caller_identity']);
    expect(kept).not.toHaveProperty('output');
    expect(kept.terraform).toEqual((dev.platform as unknown as { terraform: object }).terraform);
  });
});
