import { beforeAll, describe, expect, it } from 'vitest';
import { unknownTypes } from '../../../local/stack/coverage.ts';
import { referencesIn, type SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let dev: Synthesis;
beforeAll(() => {
  dev = synthesize('dev');
});

const stacks = ({ registry, platform }: Synthesis) => [registry, platform];

/** Everything that a reference may name. */
function declared({ file }: SynthesizedStack): Set<string> {
  const addresses = (kinds: object = {}, prefix = '') =>
    Object.entries(kinds).flatMap(([type, named]) =>
      Object.keys(named).map((id) => `${prefix}${type}.${id}`),
    );
  return new Set([
    ...addresses(file.resource),
    ...addresses(file.data, 'data.'),
    ...Object.keys(file.variable ?? {}).map((name) => `var.${name}`),
  ]);
}

/** Whether one resource depends on another, directly or indirectly. */
function reaches(uses: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(uses.get(from) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(uses.get(next) ?? []));
  }
  return false;
}

it.each(['dev', 'prod'])('the laptop runs every resource of %s, or has a reason not to', (stage) => {
  const { file } = synthesize(stage).platform;
  const types = new Map(
    Object.entries(file.resource).map(([type, named]) => [type, Object.keys(named).length]),
  );

  expect([...unknownTypes({ types })]).toEqual([]);
});

describe('both stacks', () => {
  it('refer only to declared resources', () => {
    for (const stack of stacks(dev)) {
      const known = declared(stack);
      const dependencies = stack.all().flatMap(({ values }) => (values.depends_on ?? []) as string[]);
      const references = [...referencesIn(JSON.stringify(stack.file)), ...dependencies];

      expect(references.length).toBeGreaterThan(0);
      expect(references.filter((address) => !known.has(address))).toEqual([]);
    }
  });

  it('have no cycle, which Terraform could not order', () => {
    for (const stack of stacks(dev)) {
      const uses = new Map(
        stack.all().map(({ address, values }) => {
          const dependencies = (values.depends_on ?? []) as string[];
          return [address, [...referencesIn(JSON.stringify(values)), ...dependencies]];
        }),
      );

      expect([...uses.keys()].filter((address) => reaches(uses, address, address))).toEqual([]);
    }
  });

  it('have their state in S3, locked there, with one key per stage', () => {
    const keys = [dev, synthesize('prod')].flatMap((synthesis) =>
      stacks(synthesis).map(({ file }) => {
        const { s3 } = file.terraform.backend as { s3: Record<string, unknown> };
        expect(s3).toMatchObject({ encrypt: true, use_lockfile: true });
        return `${s3.bucket}/${s3.key}`;
      }),
    );

    expect(new Set(keys).size).toBe(keys.length);
  });

  it('pin Terraform and the provider, and tag all resources', () => {
    for (const { file } of stacks(dev)) {
      expect(file.terraform).toMatchObject({
        required_version: '>= 1.10',
        required_providers: { aws: { source: 'hashicorp/aws', version: '6.66.0' } },
      });
      expect(file.provider.aws).toMatchObject([
        { region: 'us-east-1', default_tags: [{ tags: { Project: 'nova', Stage: 'dev' } }] },
      ]);
    }
  });

  it('output key values only as sensitive', () => {
    const { output = {} } = dev.platform.file;
    const leaking = Object.entries(output).filter(
      ([, { value, sensitive }]) =>
        /api_key\.[\w-]+\.value/.test(JSON.stringify(value)) && sensitive !== true,
    );

    expect(Object.keys(output)).toContain('api_url');
    expect(leaking).toEqual([]);
  });
});

describe('two stages', () => {
  /** Arguments that name something in the account or beyond; others only name something within their parent. */
  const naming = [
    ...['name', 'function_name', 'bucket', 'vector_bucket_name', 'index_name'],
    ...['alarm_name', 'dashboard_name', 'deployment_group_name'],
  ];
  const withinParent = new Set([
    'aws_api_gateway_model',
    'aws_api_gateway_request_validator',
    'aws_lambda_alias',
  ]);

  const namesIn = (synthesis: Synthesis) =>
    stacks(synthesis)
      .flatMap((stack) => stack.all())
      .filter(({ type }) => !withinParent.has(type))
      .flatMap(({ type, values }) =>
        naming
          .map((argument) => values[argument])
          .filter((name): name is string => typeof name === 'string' && !/^\$\{[^}]*\}$/.test(name))
          .map((name) => `${type} ${name}`),
      );

  it.each([
    ['dev', 'prod'],
    ['dev', 'dev2'],
    ['staging', 'prod'],
  ])('%s and %s share no name', (one, other) => {
    const taken = new Set(namesIn(synthesize(one)));

    expect(taken.size).toBeGreaterThan(40);
    expect(namesIn(synthesize(other)).filter((name) => taken.has(name))).toEqual([]);
  });

  const loggingOf = (stage: string, environment?: Record<string, string>) =>
    synthesize(stage, environment).platform.of('aws_api_gateway_account');

  it('do not both manage the account’s logging role', () => {
    expect(['dev', 'dev2', 'prod'].filter((stage) => loggingOf(stage).length > 0)).toEqual(['dev']);
  });

  it('leave the account’s logging role to the stage that is configured to own it', () => {
    expect(loggingOf('prod', { ACCOUNT_LOGGING: 'own' })).toHaveLength(1);
    expect(loggingOf('dev', { ACCOUNT_LOGGING: 'leave' })).toEqual([]);
  });

  it('depend on the logging role where they own it', () => {
    const stage = dev.platform.the('aws_api_gateway_stage');

    expect(stage.values.depends_on).toEqual([dev.platform.the('aws_api_gateway_account').address]);
  });
});
