import { runMain } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { connect } from '../rollout/dependencies.ts';
import { rollBack } from '../rollout/roll-back.ts';

/** `make rollback STAGE=…`: restores the versions before the last rollout, for all callers, at once. Data stays as it is. */
await runMain(async () => rollBack(await connect(process.env)), explainAwsError);
