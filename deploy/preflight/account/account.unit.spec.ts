import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../modules/settings.ts';
import { awsError, scriptedQuestions } from '../../testing/scripted.ts';
import { accountNotes, accountSteps } from './all.ts';
import { describeStep, type Step } from './step.ts';

const account = '123456789012';
const json = (value: object) => () => JSON.stringify(value);
const denied = awsError('AccessDeniedException', 403);
const available = {
  agreementAvailability: { status: 'AVAILABLE' },
  authorizationStatus: 'AUTHORIZED',
  entitlementAvailability: 'AVAILABLE',
  regionAvailability: 'AVAILABLE',
};
const confirmed = '<SubscriptionArn>arn:aws:sns:us-east-1:123456789012:nova-dev-alarms:1</SubscriptionArn>';

/** An account in which every step is done. */
const everything = {
  'bedrock:GetUseCaseForModelAccess': json({ formData: 'e30=' }),
  'bedrock:GetFoundationModelAvailability': json(available),
  'lambda:GetAccountSettings': json({ AccountLimit: { ConcurrentExecutions: 1000 } }),
  'apigateway:GET': json({ cloudwatchRoleArn: `arn:aws:iam::${account}:role/nova-dev-api-gateway-logs` }),
  'sns:ListSubscriptionsByTopic': () => confirmed,
  'ce:ListCostAllocationTags': json({ CostAllocationTags: [{ TagKey: 'Stage', Status: 'Active' }] }),
};

async function steps(
  answers: Parameters<typeof scriptedQuestions>[0] = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Record<string, Step>> {
  const { ask } = scriptedQuestions({ ...everything, ...answers });
  const found = await accountSteps(ask, readSettings(environment), account);
  return Object.fromEntries(found.map((step) => [step.name, step]));
}
/** The one step that is not ready. */
async function openStep(...given: Parameters<typeof steps>): Promise<Step> {
  const open = Object.values(await steps(...given)).filter(({ state }) => state !== 'ready');
  expect(open).toHaveLength(1);
  return open[0] as Step;
}
/** Changes the answer about one model. */
const forModel =
  (part: string, answer: object) =>
  ({ path }: { path: string }) =>
    JSON.stringify(path.includes(part) ? { ...available, ...answer } : available);

describe('an account', () => {
  it('that has everything is ready, and a plan does not mention it', async () => {
    const found = Object.values(await steps());

    expect(new Set(found.map(({ state }) => state))).toEqual(new Set(['ready']));
    expect(accountNotes(found, 'dev')).toEqual([]);
  });

  it('is asked about models without the geography of an inference profile', async () => {
    const { ask, asked } = scriptedQuestions(everything);

    await accountSteps(ask, readSettings({}), account);

    expect(asked.map(({ path }) => path).filter((path) => path.includes('availability/'))).toEqual([
      '/foundation-model-availability/anthropic.claude-sonnet-4-6',
      '/foundation-model-availability/amazon.nova-2-sonic-v1%3A0',
      '/foundation-model-availability/amazon.nova-2-lite-v1%3A0',
      '/foundation-model-availability/amazon.nova-2-multimodal-embeddings-v1%3A0',
    ]);
  });

  it('is asked about a model of another region there', async () => {
    const { ask, asked } = scriptedQuestions(everything);

    await accountSteps(ask, readSettings({ REGION: 'ap-northeast-1' }), account);

    const regionOf = (part: string) =>
      asked.flatMap(({ path, region }) => (path.includes(part) ? [region] : []));
    expect(regionOf('claude-sonnet')).toEqual(['ap-northeast-1']);
    expect(regionOf('embeddings')).toEqual(['us-east-1']);
  });

  it.each(Object.keys(everything))(
    'that may not ask %s has one unknown step, and knows the others',
    async (action) => {
      const found = Object.values(await steps({ [action]: denied }));

      const unknown = found.filter(({ state }) => state === 'unknown');
      expect(unknown.length).toBe(action.endsWith('Availability') ? 4 : 1);
      expect(found.filter(({ state }) => state === 'ready')).toHaveLength(found.length - unknown.length);
      for (const { detail } of unknown) {
        expect(detail).toContain(`AWS denied access`);
        expect(detail).toContain(action);
      }
      expect(accountNotes(found, 'dev')).toEqual([
        expect.stringMatching(
          /^Not known, because these credentials may not ask: .*make preflight STAGE=dev/,
        ),
      ]);
    },
  );

  it('whose answer is not the documented one has an unknown step', async () => {
    const step = await openStep({ 'lambda:GetAccountSettings': () => '<html>' });

    expect(step).toMatchObject({ name: 'concurrent functions', state: 'unknown' });
  });
});

describe('models', () => {
  it('of Anthropic need the use-case form', async () => {
    const step = await openStep({
      'bedrock:GetUseCaseForModelAccess': awsError('ResourceNotFoundException', 404),
    });

    expect(step).toMatchObject({ name: 'Anthropic’s use-case form', state: 'missing' });
    expect(describeStep(step)).toMatch(
      /^missing .*\n +https:\/\/us-east-1\.console\.aws\.amazon\.com\/bedrock/,
    );
  });

  it('of others than Amazon need a subscription, which no function may make', async () => {
    const agreementAvailability = { status: 'NOT_AVAILABLE' };
    const step = await openStep({
      'bedrock:GetFoundationModelAvailability': json({
        ...available,
        agreementAvailability,
      }),
    });

    expect(step).toMatchObject({ name: 'model us.anthropic.claude-sonnet-4-6', state: 'missing' });
    expect(step.detail).toMatch(/aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions/);
  });

  it('whose subscription is being made come later', async () => {
    const pending = { agreementAvailability: { status: 'PENDING' } };

    expect(
      await openStep({ 'bedrock:GetFoundationModelAvailability': forModel('claude', pending) }),
    ).toMatchObject({ state: 'later', detail: expect.stringContaining('15 minutes') });
  });

  it.each([
    ['sonic', { regionAvailability: 'NOT_AVAILABLE' }, /does not offer it in us-east-1/],
    ['sonic', { authorizationStatus: 'NOT_AUTHORIZED' }, /may not use it \(NOT_AUTHORIZED/],
    ['embeddings', { entitlementAvailability: 'NOT_AVAILABLE' }, /entitlement NOT_AVAILABLE/],
  ])('are missing where %s has %j', async (part, answer, detail) => {
    const step = await openStep({ 'bedrock:GetFoundationModelAvailability': forModel(part, answer) });

    expect(step).toMatchObject({ state: 'missing', detail: expect.stringMatching(detail) });
  });

  it('behind an inference profile need not be in the region', async () => {
    const elsewhere = { regionAvailability: 'NOT_AVAILABLE' };

    const found = await steps({ 'bedrock:GetFoundationModelAvailability': forModel('lite', elsewhere) });

    expect(found['model us.amazon.nova-2-lite-v1:0']?.state).toBe('ready');
  });
});

describe('limits', () => {
  it.each([
    ['refuse a stage that reserves some for webhooks', 104, 5, 'missing'],
    ['leave a stage that reserves five of 105', 105, 5, undefined],
    ['are worth an increase where none is reserved', 10, undefined, 'advised'],
  ])('of concurrent functions %s', async (_, atOnce, webhookConcurrency, state) => {
    const answers = {
      ...everything,
      'lambda:GetAccountSettings': json({ AccountLimit: { ConcurrentExecutions: atOnce } }),
    };
    const settings = { ...readSettings({}), webhookConcurrency };

    const found = await accountSteps(scriptedQuestions(answers).ask, settings, account);

    const open = found.filter((step) => step.state !== 'ready');
    expect(open.map((step) => step.state)).toEqual(state ? [state] : []);
    for (const { detail, at } of open) {
      expect(detail).toContain(`may run ${atOnce} at once`);
      expect(at).toContain('L-B99A9384');
    }
  });

  it('without a role for logs refuse the API of a stage that leaves it to another', async () => {
    const answers = { 'apigateway:GET': json({}) };

    expect(await openStep(answers, { ACCOUNT_LOGGING: 'leave' })).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('ACCOUNT_LOGGING=own'),
    });
    expect((await steps(answers))['API Gateway’s role for logs']?.state).toBe('ready');
  });

  it.each(['nova-dev-api-gateway-logs', 'nova-dev-account-logging'])(
    'know the stage’s own role for logs, %s',
    async (name) => {
      const cloudwatchRoleArn = `arn:aws:iam::${account}:role/${name}`;

      const found = await steps({ 'apigateway:GET': json({ cloudwatchRoleArn }) });

      expect(found['API Gateway’s role for logs']?.state).toBe('ready');
    },
  );

  it('keep the role for logs of another stage', async () => {
    const other = json({ cloudwatchRoleArn: `arn:aws:iam::${account}:role/theirs` });

    expect(await openStep({ 'apigateway:GET': other })).toMatchObject({
      state: 'advised',
      detail: expect.stringContaining('ACCOUNT_LOGGING=leave'),
    });
  });
});

describe('notifications', () => {
  const email = { ALARM_EMAIL: 'ops@example.com' };
  const topic = 'sns:ListSubscriptionsByTopic';

  it.each([
    ['nobody is named', () => '', {}, 'advised', /nobody is told .*ALARM_EMAIL is not set/],
    [
      'nobody is named before the first deployment',
      awsError('NotFound', 404),
      {},
      'advised',
      /nobody is told/,
    ],
    [
      'the subscription is not confirmed',
      () => '<SubscriptionArn>PendingConfirmation</SubscriptionArn>',
      email,
      'advised',
      /nobody is told .*not confirmed\. .*ops@example\.com/,
    ],
    ['the topic is not there yet', awsError('NotFound', 404), email, 'later', /after the first deployment/],
  ])('reach nobody when %s', async (_, answer, environment, state, detail) => {
    const step = await openStep({ [topic]: answer }, environment);

    expect(step).toMatchObject({ state, detail: expect.stringMatching(detail) });
  });

  it.each([
    [
      [{ TagKey: 'Stage', Status: 'Inactive' }],
      'advised',
      /not active, so the stage’s own budget sees no costs/,
    ],
    [[], 'later', /up to a day after the first deployment/],
  ])('of the stage’s budget need the tag: %j', async (CostAllocationTags, state, detail) => {
    const step = await openStep({ 'ce:ListCostAllocationTags': json({ CostAllocationTags }) });

    expect(step).toMatchObject({ state, detail: expect.stringMatching(detail) });
  });

  it('that reach nobody are in the plan', async () => {
    const found = Object.values(await steps({ [topic]: () => '' }));

    expect(accountNotes(found, 'dev')).toEqual([
      expect.stringMatching(/^Not done in the account .*\n\n- notifications: nobody is told .*\[Console\]\(/),
    ]);
  });
});
