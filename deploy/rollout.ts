import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { readSettings } from '../modules/settings.ts';
import { DeployError, run, say } from './errors.ts';
import { shift } from './rollout/shift.ts';
import { deployedFunctions } from './rollout/versions.ts';

/** `make rollout STAGE=…`: brings callers to the newest version of each function. */
await run(async () => {
  const { prefix, region, rollout, stage } = readSettings(process.env);
  const [lambda, codedeploy] = [new LambdaClient({ region }), new CodeDeployClient({ region })];
  const functions = await deployedFunctions(lambda, prefix);
  const due = functions.flatMap((deployed) => {
    const to = deployed.versions.at(-1) ?? deployed.live;
    return to === deployed.live ? [] : [{ deployed, to }];
  });
  if (due.length === 0) return say('Every function runs its newest version.');
  say(`Rolling out ${due.length} functions (${rollout.replace('CodeDeployDefault.', '')}):`);
  const outcomes = await Promise.all(
    due.map(async (one) => {
      const outcome = await shift(codedeploy, prefix, one);
      say(`  ${outcome.succeeded ? '✓' : '✗'} ${one.deployed.name}: ${outcome.said}`);
      return outcome;
    }),
  );
  const failed = outcomes.filter(({ succeeded }) => !succeeded);
  if (failed.length > 0) {
    const names = failed.map(({ deployed }) => deployed.name).join(', ');
    throw new DeployError(
      `${names} did not get through. The others run what is new: \`make rollback STAGE=${stage}\` brings all of them back.`,
    );
  }
});
