import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobAccepted } from '@nova/shared/api/jobs';
import type { FunctionName } from '@nova/shared/functions';
import { afterAll, beforeAll, expect } from 'vitest';
import { ApiClient } from '../../../../cli/api/client.ts';
import { uploadFile } from '../../../../cli/media/upload-file.ts';
import { eventually } from '../../testing/eventually.ts';
import { peakOf } from '../../testing/peaks.ts';
import { runningPlatform } from '../../testing/platform.ts';

/** Milliseconds that work on one of the largest files may take on a busy machine. */
export const largestMs = 1_200_000;

const unseen = { update() {}, end() {} };

/** The platform, and what the tests of the largest files do with it. */
export function largestFiles() {
  // The tests measure memory. On a busy machine the work takes longer than the functions' timeouts, which count wall time.
  const platform = runningPlatform({ NOVA_TIMEOUT_FACTOR: '20' });
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nova-largest-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    get api() {
      return platform.api;
    },

    /** Has a file made, uploads it as the CLI does, and gives the item's id. Nothing starts by itself. */
    async upload(name: string, make: (path: string) => Promise<void>): Promise<string> {
      const path = join(folder, name);
      await make(path);
      const { url, keys } = platform.dev;
      const signal = AbortSignal.timeout(largestMs);
      const api = new ApiClient({ url, key: keys.developer }, signal);
      const { contentId } = await uploadFile(api, { path, react: false, progress: unseen, signal });
      await rm(path);
      return contentId;
    },

    /** Follows a job to its end, which must be a good one. */
    async done({ jobId }: JobAccepted): Promise<void> {
      const job = await eventually(
        `job ${jobId} ends`,
        async () => {
          const seen = await platform.api.ok<{ status: string }>('GET', `/jobs/${jobId}`);
          return ['done', 'failed', 'cancelled'].includes(seen.status) && seen;
        },
        largestMs,
        1000,
      );
      expect(job).toMatchObject({ status: 'done' });
    },

    /** Deletes an item, and waits until its file is erased. */
    async erased(contentId: string): Promise<void> {
      const { download } = await platform.api.content(contentId);
      await platform.api.ok('DELETE', `/content/${contentId}`);
      await eventually(`${contentId} is erased`, async () => {
        const response = await fetch(download?.url ?? '', { headers: { range: 'bytes=0-0' } });
        await response.body?.cancel();
        return response.status === 404;
      });
    },

    /** None of the functions was killed for its memory, and all stayed below it. */
    async expectInside(...names: readonly FunctionName[]): Promise<void> {
      for (const name of names) {
        const { most, size, killed } = await eventually(`${name} has reported`, async () => {
          const peak = peakOf(platform.dev.data, name);
          return peak.most > 0 && peak;
        });
        expect({ name, killed }).toEqual({ name, killed: [] });
        expect(most, name).toBeLessThan(size);
      }
    },
  };
}
