import { run } from '../errors.ts';
import { rollOut } from '../rollout/roll-out.ts';
import { openSite } from '../rollout/site.ts';

/** `make rollout STAGE=…`: brings callers to the newest version of each function. */
await run(async () => rollOut(await openSite(process.env)));
