import { expect, it, onTestFinished } from 'vitest';
import { aSilentListener } from '../../../lambdas/testing/receiver.ts';
import { Api } from '../testing/api.ts';
import { startDev, temporaryData } from '../testing/dev.ts';
import { eventually } from '../testing/eventually.ts';
import { acceptedJobs, flood, isUnderWay, recorded } from '../testing/flood.ts';

/**
 * Two keys: what the second sends later is done before what the first sent earlier, once the first floods the platform. `make bench`
 * measures how long the second waits; an order does not depend on what else the machine does.
 */

/** Jobs of the first key that wait before its note. */
const jobsBefore = 30;
/** Notes of the second key, each with a search. */
const notes = 2;

/** A platform of this test alone: nothing of other tests waits on it. */
async function started(): Promise<{ readonly first: Api; readonly second: Api }> {
  const data = await temporaryData();
  onTestFinished(() => data.remove());
  const dev = await startDev(data.path, { NOVA_PRIORITIES: 'ordered' });
  onTestFinished(async () => void (await dev.stop()));
  return { first: new Api(dev.url, dev.keys.developer), second: new Api(dev.url, dev.keys.guest) };
}

const upload = (api: Api) => api.upload('note.txt', 'text/plain', Buffer.from('The lighthouse stands.'));

it('does the work of a key before the earlier work of one that floods the platform', async () => {
  const { port } = await aSilentListener();
  const { first, second } = await started();
  const flooding = flood(first, await recorded(first), port);
  await eventually('jobs wait', async () => acceptedJobs(flooding).length >= jobsBefore);

  const earlier = await upload(first);
  for (let note = 0; note < notes; note += 1) {
    await second.indexed(await upload(second));
    expect(await second.search(`What stands there? ${note}`)).not.toHaveLength(0);
  }

  expect(await first.content(earlier)).toMatchObject({ indexed: false });
  expect(await isUnderWay(first, flooding)).toBe(true);
  // The rest of the jobs would take as long again, and nothing more is learnt from it.
  await flooding.stop();
});
