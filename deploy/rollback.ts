import { LambdaClient } from '@aws-sdk/client-lambda';
import { readSettings } from '../modules/settings.ts';
import { DeployError, run, say } from './errors.ts';
import { deployedFunctions, pointAlias } from './rollout/versions.ts';

/** `make rollback STAGE=…`: gives all callers of every function the version before, at once. Data stays as it is. */
await run(async () => {
  const { prefix, region } = readSettings(process.env);
  const lambda = new LambdaClient({ region });
  const functions = await deployedFunctions(lambda, prefix);
  const before = functions.map((deployed) => ({
    deployed,
    // While callers are being shifted, the alias still stands at the version before.
    to: deployed.shifting ? deployed.live : deployed.versions.findLast((version) => version < deployed.live),
  }));
  const possible = before.flatMap(({ deployed, to }) => (to === undefined ? [] : [{ deployed, to }]));
  if (possible.length === 0) throw new DeployError('No function has a version before the one that is live.');
  for (const { deployed, to } of possible) {
    await pointAlias(lambda, deployed.functionName, to);
    say(`  ${deployed.name}: version ${deployed.live} → ${to}`);
  }
  say('Done. The next `make rollout` brings the newest versions back, so deploy what is mended first.');
});
