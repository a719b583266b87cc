import { runMain } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { openSite } from '../rollout/dependencies.ts';
import { rollBack } from '../rollout/roll-back.ts';

/** `make rollback STAGE=…`: takes the last rollout back, for all callers, at once. Data stays as it is. */
await runMain(async () => rollBack(await openSite(process.env)), explainAwsError);
