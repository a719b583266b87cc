import { CreateOpenIDConnectProviderCommand, type IAMClient } from '@aws-sdk/client-iam';
import { workflowRoleOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { SettingsWithState } from '../preflight/preflight.ts';

/**
 * Makes the account trust the identity of GitHub's workflows. There is one provider for the whole account, so no stage
 * declares it. Source: GitHub docs, "Configuring OpenID Connect in Amazon Web Services".
 * @returns whether it was created now
 */
export async function trustGitHub(iam: Pick<IAMClient, 'send'>): Promise<boolean> {
  try {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://token.actions.githubusercontent.com',
        ClientIDList: ['sts.amazonaws.com'],
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'EntityAlreadyExistsException') return false;
    throw error;
  }
}

/** What workflows need to know about a stage, as `.github/actions/stage` reads it. It holds no secret. */
interface StageVariable {
  readonly roles: Readonly<Record<'plan' | 'deploy', string>>;
  /** Environment variables that every command reads. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The command that makes a stage known to a repository's workflows.
 * @throws UserError for a stage whose name GitHub does not accept in a variable. Source: GitHub docs, "Naming conventions for
 *   configuration variables"
 */
export function variableCommand(settings: SettingsWithState, repository: string, account: string): string {
  const { stage, region, stateBucket, ownsAccountLogging, alarmEmail = '', prefix } = settings;
  if (!/^[a-z0-9]+$/.test(stage)) {
    throw new UserError(
      `Stage ${stage} has a hyphen, which names of GitHub's variables cannot contain: choose a stage without one for workflows to deploy.`,
    );
  }
  const role = (name: 'plan' | 'deploy') => `arn:aws:iam::${account}:role/${workflowRoleOf(prefix, name)}`;
  const value: StageVariable = {
    roles: { plan: role('plan'), deploy: role('deploy') },
    variables: {
      STAGE: stage,
      REGION: region,
      STATE_BUCKET: stateBucket,
      ACCOUNT_LOGGING: ownsAccountLogging ? 'own' : 'leave',
      ALARM_EMAIL: alarmEmail,
      PIPELINE_REPOSITORY: repository,
    },
  };
  const named = repository.replaceAll(/@\d+/g, '');
  return `gh variable set STAGE_${stage.toUpperCase()} --repo ${named} --body '${JSON.stringify(value)}'`;
}
