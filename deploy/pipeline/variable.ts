import { workflowRoleOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';

/** What workflows must know of a stage, as `.github/actions/stage` reads it. It holds no secret. */
interface StageVariable {
  readonly roles: Readonly<Record<'plan' | 'deploy', string>>;
  /** Of the environment, as every command reads them. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The command that tells a repository's workflows of a stage.
 * @throws UserError for a stage that GitHub's variables cannot name. Source: GitHub docs, "Naming conventions for
 *   configuration variables"
 */
export function variableCommand(settings: Settings, repository: string, account: string): string {
  const { stage, stateBucket, ownsAccountLogging, alarmEmail = '', prefix } = settings;
  if (!/^[a-z0-9]+$/.test(stage)) {
    throw new UserError(
      `Stage ${stage} has a hyphen, which GitHub's variables do not take: choose a stage without, for workflows to deploy it.`,
    );
  }
  const role = (name: 'plan' | 'deploy') => `arn:aws:iam::${account}:role/${workflowRoleOf(prefix, name)}`;
  const value: StageVariable = {
    roles: { plan: role('plan'), deploy: role('deploy') },
    variables: {
      STAGE: stage,
      STATE_BUCKET: stateBucket,
      ACCOUNT_LOGGING: ownsAccountLogging ? 'own' : 'leave',
      ALARM_EMAIL: alarmEmail,
      PIPELINE_REPOSITORY: repository,
    },
  };
  const named = repository.replaceAll(/@\d+/g, '');
  return `gh variable set STAGE_${stage.toUpperCase()} --repo ${named} --body '${JSON.stringify(value)}'`;
}
