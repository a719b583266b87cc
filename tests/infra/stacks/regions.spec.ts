import { functionNames } from '@nova/shared/functions';
import { stageRegions } from '@nova/shared/regions';
import { describe, expect, it } from 'vitest';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { synthesize } from '../testing/synthesize.ts';

const everywhere = (region: string) =>
  synthesize('prod', { REGION: region, PIPELINE_REPOSITORY: 'nova/platform' });

/** Every region that an ARN or an address of the stack names, but for those of models. */
function regionsIn(stack: SynthesizedStack): string[] {
  const text = JSON.stringify(stack.file).replaceAll(/arn:aws:bedrock:[\w-]*::foundation-model/g, '');
  return [...new Set(text.match(/\b(?:us|eu|ap|ca|sa)-[a-z]+-\d\b/g))];
}

function modelArns(stack: SynthesizedStack): string[] {
  const arns = JSON.stringify(stack.file).match(/arn:aws:bedrock:[\w-]+::foundation-model\/[\w.:-]+/g);
  return [...new Set(arns)].sort();
}

const models = (regions: readonly string[], model: string) =>
  regions.map((region) => `arn:aws:bedrock:${region}::foundation-model/${model}`);

describe.each(stageRegions)('a stage in %s', (region) => {
  const { registry, platform, pipeline = expect.fail('no pipeline') } = everywhere(region);

  it('has its provider, its state and all its ARNs there', () => {
    for (const stack of [registry, platform, pipeline]) {
      expect(stack.file.provider.aws).toMatchObject([{ region }]);
      expect(stack.file.terraform.backend).toMatchObject({ s3: { region } });
      expect(regionsIn(stack)).toEqual([region]);
    }
  });

  it('has names without the region, except for buckets', () => {
    const home = everywhere('us-east-1').platform;
    const named = (stack: SynthesizedStack) =>
      stack.all().flatMap(({ address, values }) => [[address, values.name ?? values.function_name]]);

    expect(named(platform)).toEqual(named(home));
    for (const { values } of platform.of('aws_s3_bucket')) expect(values.bucket).toMatch(`-${region}`);
  });
});

describe('models', () => {
  const modelIds = (stack: SynthesizedStack) => {
    const variables = stack
      .of('aws_lambda_function')
      .map(({ values }) => (values.environment as { variables?: Record<string, string> })?.variables ?? {});
    return Object.fromEntries(
      variables.flatMap((one) => Object.entries(one).filter(([name]) => name.endsWith('_MODEL_ID'))),
    );
  };
  const home = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0';

  it('of a stage in Tokyo are called there and in Osaka, and embeddings in us-east-1', () => {
    const { platform } = everywhere('ap-northeast-1');

    expect(modelIds(platform)).toEqual({
      CHAT_MODEL_ID: 'jp.anthropic.claude-sonnet-4-6',
      SPEECH_MODEL_ID: 'amazon.nova-2-sonic-v1:0',
      VIDEO_MODEL_ID: 'jp.amazon.nova-2-lite-v1:0',
      EMBEDDING_MODEL_ID: home,
    });
    expect(modelArns(platform)).toEqual(
      [
        home,
        ...models(['ap-northeast-1'], 'amazon.nova-2-sonic-v1:0'),
        ...models(['ap-northeast-1', 'ap-northeast-3'], 'amazon.nova-2-lite-v1:0'),
        ...models(['ap-northeast-1', 'ap-northeast-3'], 'anthropic.claude-sonnet-4-6'),
      ].sort(),
    );
  });

  it('of a stage in Stockholm are called in the regions of the European profiles', () => {
    const { platform } = everywhere('eu-north-1');
    const europe = ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'];

    expect(modelIds(platform)).toMatchObject({
      CHAT_MODEL_ID: 'eu.anthropic.claude-sonnet-4-6',
      VIDEO_MODEL_ID: 'eu.amazon.nova-2-lite-v1:0',
      EMBEDDING_MODEL_ID: home,
    });
    expect(modelArns(platform)).toEqual(
      [
        home,
        ...models(['eu-north-1'], 'amazon.nova-2-sonic-v1:0'),
        ...models(europe, 'amazon.nova-2-lite-v1:0'),
        ...models(europe, 'anthropic.claude-sonnet-4-6'),
      ].sort(),
    );
  });

  it('of a stage in us-east-1 are named as before stages had a choice of region', () => {
    expect(modelIds(everywhere('us-east-1').platform)).toEqual({
      CHAT_MODEL_ID: 'us.anthropic.claude-sonnet-4-6',
      SPEECH_MODEL_ID: 'amazon.nova-2-sonic-v1:0',
      VIDEO_MODEL_ID: 'us.amazon.nova-2-lite-v1:0',
      EMBEDDING_MODEL_ID: 'amazon.nova-2-multimodal-embeddings-v1:0',
    });
  });
});

describe('a profile that a stage chooses', () => {
  const chat = 'anthropic.claude-sonnet-4-6';
  const withChat = (profile: string) =>
    synthesize('dev', {}, (settings) => ({ ...settings, models: { ...settings.models, chat: profile } }));

  it('may be the global one: the model is named in the region, and without a region', () => {
    const { platform } = withChat(`global.${chat}`);

    expect(JSON.stringify(platform.file)).toContain(`:inference-profile/global.${chat}`);
    for (const region of ['us-east-1', '']) {
      expect(JSON.stringify(platform.file)).toContain(`arn:aws:bedrock:${region}::foundation-model/${chat}`);
    }
    expect(modelArns(platform)).not.toContain(`arn:aws:bedrock:us-west-2::foundation-model/${chat}`);
  });

  it('must be of a geography with known regions', () => {
    expect(() => withChat(`apac.${chat}`)).toThrow(
      /add the destination regions of apac to shared\/inference-profiles/,
    );
  });
});

it('two stages in two regions share no name', () => {
  const globalNames = (stage: string, region: string) => {
    const { registry, platform, pipeline } = synthesize(stage, {
      REGION: region,
      PIPELINE_REPOSITORY: 'nova/platform',
    });
    return [registry, platform, pipeline].flatMap((stack) =>
      [
        'aws_iam_role',
        'aws_iam_policy',
        'aws_budgets_budget',
        'aws_s3_bucket',
        'aws_cloudwatch_dashboard',
      ].flatMap(
        (type) =>
          stack?.of(type).map(({ values }) => values.name ?? values.bucket ?? values.dashboard_name) ?? [],
      ),
    );
  };
  const [here, there] = [globalNames('prod', 'us-east-1'), globalNames('tokyo', 'ap-northeast-1')];

  expect(here.length).toBeGreaterThan(functionNames.length);
  expect(new Set([...here, ...there]).size).toBe(here.length + there.length);
});
