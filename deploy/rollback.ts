import { LambdaClient } from '@aws-sdk/client-lambda';
import { readSettings } from '../modules/settings.ts';
import { DeployError, run, say } from './errors.ts';
import { type Deployed, deployedFunctions, pointAlias } from './rollout/versions.ts';

/** `make rollback STAGE=…`: gives all callers of every function the version before, at once. Data stays as it is. */
await run(async () => {
  const { prefix, region } = readSettings(process.env);
  const lambda = new LambdaClient({ region });
  const functions = await deployedFunctions(lambda, prefix);
  const before = functions.map((deployed) => ({
    deployed,
    to: versionBefore(deployed),
  }));
  const possible = before.flatMap(({ deployed, to }) => (to === undefined ? [] : [{ deployed, to }]));
  if (possible.length === 0) {
    throw new DeployError('No function can go back: each is at its only version, or was taken back already.');
  }
  for (const { deployed, to } of possible) {
    await pointAlias(lambda, deployed.functionName, to);
    say(`  ${deployed.name}: version ${deployed.live} → ${to}`);
  }
  say('Done. The next `make rollout` brings the newest versions back, so deploy what is mended first.');
});

/**
 * The version that callers had before the newest; undefined where there is none, or where they were brought back to it
 * already, as CodeDeploy does when an alarm rings.
 */
function versionBefore({ live, shifting, versions }: Deployed): number | undefined {
  // While callers are being shifted, the alias still stands at the version before.
  if (shifting) return live;
  return live === versions.at(-1) ? versions.at(-2) : undefined;
}
