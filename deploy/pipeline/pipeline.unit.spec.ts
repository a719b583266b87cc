import { describe, expect, it } from 'vitest';
import { readSettings } from '../../modules/settings.ts';
import { awsError, scripted } from '../testing/scripted.ts';
import { trustGitHub, variableCommand } from './github.ts';

it('the trust in GitHub is created once for the account', async () => {
  expect(await trustGitHub(scripted({}).client)).toBe(true);
  const known = scripted({ CreateOpenIDConnectProvider: awsError('EntityAlreadyExistsException', 409) });
  expect(await trustGitHub(known.client)).toBe(false);
});

describe('the variable of a stage', () => {
  const account = '123456789012';
  const of = (environment: Record<string, string>, repository = 'nova@1/platform@2') =>
    variableCommand({ ...readSettings(environment), stateBucket: 'ours' }, repository, account);

  it('holds all that every command reads', () => {
    const command = of({ STAGE: 'prod', STATE_BUCKET: 'ours', ACCOUNT_LOGGING: 'own' });

    const [, value = ''] =
      /^gh variable set STAGE_PROD --repo nova\/platform --body '(.*)'$/.exec(command) ?? [];
    expect(JSON.parse(value)).toEqual({
      roles: {
        plan: 'arn:aws:iam::123456789012:role/nova-plan',
        deploy: 'arn:aws:iam::123456789012:role/nova-deploy',
      },
      variables: {
        STAGE: 'prod',
        REGION: 'us-east-1',
        STATE_BUCKET: 'ours',
        ACCOUNT_LOGGING: 'own',
        ALARM_EMAIL: '',
        PIPELINE_REPOSITORY: 'nova@1/platform@2',
      },
    });
  });

  it('names the region', () => {
    expect(of({ STAGE: 'prod', REGION: 'ap-northeast-1' })).toContain('"REGION":"ap-northeast-1"');
  });

  it('refuses a stage with a name that GitHub does not accept', () => {
    expect(() => of({ STAGE: 'my-own' })).toThrow(/Stage my-own has a hyphen.* choose a stage without one/);
  });
});
