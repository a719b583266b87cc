import { runMain } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { connect } from '../rollout/dependencies.ts';
import { rollOut } from '../rollout/roll-out.ts';

/** `make rollout STAGE=…`: brings callers to the newest version of each function. */
await runMain(async () => rollOut(await connect(process.env)), explainAwsError);
