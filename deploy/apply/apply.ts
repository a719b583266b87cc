import { UserError } from '@nova/shared/run-main';
import { printLine } from '../console.ts';
import { temporaryFolder } from '../plans/record.ts';
import { type ApplyRecord, readApply, writeApply } from '../records/apply-record.ts';
import type { S3, Stage } from '../records/state-record.ts';
import type { Variables } from '../terraform/terraform.ts';
import { redeployApi } from './redeployment.ts';

/** An apply of both stacks. */
export interface Application {
  readonly settings: Stage;
  readonly s3: S3;
  readonly variables: Variables;
  readonly commit: string | undefined;
  /** Whether the apply may remove parts of the API. */
  readonly removesFromApi: boolean;
  /** Applies the stacks. */
  readonly work: () => void;
}

/**
 * Applies stacks, and deploys the API again if the apply removes parts of it, or an earlier one that stopped half-way did.
 * The stage's apply record says what is under way, so that the next plan and the next apply know.
 * @throws UserError when either fails; the error says how to continue
 */
export async function apply({ settings, s3, work, ...application }: Application): Promise<void> {
  const { stage } = settings;
  const last = await readApply(s3, settings);
  const record: ApplyRecord = {
    startedAt: new Date().toISOString(),
    ...(application.commit === undefined ? {} : { commit: application.commit }),
    state: 'under-way',
    redeploysApi: application.removesFromApi || (last?.redeploysApi ?? false),
  };
  await writeApply(s3, settings, record);
  explained(
    work,
    `The apply stopped half-way, and stage ${stage} may be partly changed. Run \`make plan STAGE=${stage}\`: it shows what is left. See docs/runbook.md, "An apply that stopped half-way".`,
  );
  if (record.redeploysApi) {
    printLine('Deploying the API again, without the routes that were removed');
    using folder = temporaryFolder(stage, 'again-');
    explained(
      () => redeployApi(folder.path, application.variables),
      `The stage is applied, but the removed routes still answer, because the API could not be deployed again. Run \`make plan STAGE=${stage}\`, then \`make deploy STAGE=${stage}\`, which deploys it again.`,
    );
  }
  await writeApply(s3, settings, { ...record, state: 'complete', redeploysApi: false });
}

/** Adds to an error for people how to continue. */
function explained(work: () => void, remedy: string): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} ${remedy}`);
  }
}
