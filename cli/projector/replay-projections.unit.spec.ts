import type { ReplayProgress } from '@nova/shared/operations';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import { aLambda } from '../testing/lambda-fixture.ts';
import { aTerminal } from '../testing/terminal-fixture.ts';
import { replayProjections } from './replay-projections.ts';

const slice = (phase: ReplayProgress['phase'], generation: number, commits: number, swept?: number) => ({
  phase,
  generation,
  commits,
  streams: 1,
  total: 10,
  unreadable: [],
  ...(swept === undefined ? {} : { swept }),
});

async function run(slices: readonly object[], live = false) {
  const lambda = aLambda((_, index) => ({ payload: slices[Math.min(index, slices.length - 1)] }));
  const { terminal, lines, statuses } = aTerminal(200, live);
  const { signal } = new AbortController();
  const connection = lambda as unknown as Connection;
  const session = { connection, terminal, json: false, signal };
  const code = await replayProjections(session, { projection: 'job' });
  return { code, lines, statuses, requestCount: lambda.requests.length };
}

const newReplay = [slice('building', 3, 0), slice('retiring', 3, 10), slice('done', 3, 10)];

describe('nova replay', () => {
  it('builds the rows and prints the number of commits', async () => {
    const { code, lines } = await run(newReplay);

    expect([code, lines]).toEqual([
      0,
      [expect.stringMatching(/^✓ job {6}10 commits read, 1 stream rebuilt .* reads have switched$/)],
    ]);
  });

  it.each([
    ['removes old rows', [slice('retiring', 2, 7), slice('retiring', 2, 7, 5), slice('done', 2, 7)]],
    ['is done', [slice('done', 2, 0)]],
  ])('starts a new replay after an earlier one that %s, and reports it', async (_, earlier) => {
    const { code, lines, requestCount } = await run([...earlier, ...newReplay]);

    expect([code, requestCount]).toEqual([0, earlier.length + newReplay.length]);
    expect(lines).toEqual([
      expect.stringMatching(/^! job {6}an earlier replay is not finished/),
      expect.stringMatching(/^✓ job {6}10 commits read/),
    ]);
  });

  it('shows the number of removed rows', async () => {
    const { statuses } = await run(
      [slice('building', 3, 0), slice('retiring', 3, 10), slice('retiring', 3, 10, 25), slice('done', 3, 10)],
      true,
    );

    expect(statuses.join('\n')).toMatch(/Removing the old rows.*25 rows removed/);
  });
});
