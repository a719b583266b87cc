import { workflowRoleOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';

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
export function variableCommand(settings: Settings, repository: string, account: string): string {
  const { stage, stateBucket, ownsAccountLogging, alarmEmail = '', prefix } = settings;
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
      STATE_BUCKET: stateBucket,
      ACCOUNT_LOGGING: ownsAccountLogging ? 'own' : 'leave',
      ALARM_EMAIL: alarmEmail,
      PIPELINE_REPOSITORY: repository,
    },
  };
  const named = repository.replaceAll(/@\d+/g, '');
  return `gh variable set STAGE_${stage.toUpperCase()} --repo ${named} --body '${JSON.stringify(value)}'`;
}
