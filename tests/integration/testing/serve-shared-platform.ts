import { apiStage } from '@nova/shared/routes';
import { startInProcess } from './in-process.ts';
import type { Share } from './shared-platform.ts';

/**
 * The platform that files share, in a process of its own: prints each file's share in a line of JSON, and runs until its
 * standard input ends.
 */

/** At least as many as there are files that share the platform. */
const shares = 24;
const names = Array.from({ length: shares }, (_, share) => ({
  developer: `file-${share}`,
  guest: `file-${share}-guest`,
}));

// Ctrl-C in the terminal is for Vitest, which ends this process in order.
process.on('SIGINT', () => {});

const { platform, data, close } = await startInProcess({ keys: names });
const { url, apiKeys, stackStage: stage, awsEndpoint: endpoint, region, accountId, developer } = platform;
const address = {
  url,
  pid: process.pid,
  stage,
  aws: { endpoint, region, accountId, credentials: developer },
};
for (const name of names) {
  const keys = { developer: apiKeys[name.developer] ?? '', guest: apiKeys[name.guest] ?? '' };
  const share: Share = { url: `${url}/${apiStage}`, data, keys, address };
  process.stdout.write(`${JSON.stringify(share)}\n`);
}
for await (const _ of process.stdin);
await close();
process.exit();
