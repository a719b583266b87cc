import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { aRecordingLogger, temporaryDirectory } from '../../testing/service-fixture.ts';
import { ArchiveStore } from './archive-store.ts';
import { type BusEvent, busEvent } from './event.ts';
import { Replays } from './replays.ts';

const account = { accountId: '000000000000', region: 'us-east-1' };
const archive = {
  name: 'a',
  arn: 'arn:archive',
  busArn: 'arn:bus',
  pattern: undefined,
  matches: () => true,
  retentionDays: 0,
};
const bus = { name: 'b', arn: 'arn:bus', rules: [], archives: [archive] };

/** Replays over an archive of 250 events; `onRoute` receives the number of routed ones. */
function prepare(directory: string, onRoute: (count: number, replays: Replays) => void, filled = true) {
  const store = new ArchiveStore(join(directory, 'events.db'), Date.now);
  const event = busEvent({ source: 's', detailType: 'd', detail: {}, time: new Date(1000) }, account);
  if (filled) for (let n = 0; n < 250; n++) store.add(archive, { ...event, id: String(n) });
  const routed: string[] = [];
  const router = {
    route: (_: unknown, { id }: BusEvent) => {
      routed.push(id);
      onRoute(routed.length, replays);
    },
  };
  const archives = new Map([[archive.arn, { archive, bus }]]);
  const replays: Replays = new Replays({ store, router, archives, logger: aRecordingLogger() });
  const close = async () => {
    await replays.close();
    store.close();
  };
  return { replays, routed, close };
}

const all = {
  name: 'r',
  archiveArn: archive.arn,
  description: undefined,
  from: 0,
  to: 9999,
  filterArns: undefined,
};
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n));

describe('a replay', () => {
  it('ends where it is cancelled', async () => {
    const { replays, routed, close } = prepare(temporaryDirectory(), (count, self) => {
      if (count === 150) queueMicrotask(() => self.cancel('r'));
    });
    onTestFinished(close);
    replays.start(all);
    await vi.waitFor(() => expect(replays.get('r').state).toBe('CANCELLED'), { timeout: 60_000 });
    await replays.close();

    expect(routed).toEqual(ids(0, 200));
  });

  it('continues after a restart', async () => {
    const directory = temporaryDirectory();
    let stopped: Promise<void> | undefined;
    const first = prepare(directory, (count, self) => {
      if (count === 100) stopped = self.close();
    });
    first.replays.start(all);
    await vi.waitFor(() => expect(stopped).toBeDefined(), { timeout: 60_000 });
    await first.close();

    const second = prepare(directory, () => {}, false);
    onTestFinished(second.close);
    second.replays.resume();
    await vi.waitFor(() => expect(second.replays.get('r').state).toBe('COMPLETED'), { timeout: 60_000 });

    expect(first.routed).toEqual(ids(0, 100));
    expect(second.routed).toEqual(ids(100, 250));
  });
});
