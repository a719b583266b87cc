import { type Aggregate, aggregates } from '@nova/shared/events/stream-id';
import type { ReplayProgress } from '@nova/shared/operations';
import type { PlatformDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { progress } from '../output/progress.ts';
import { counted, duration } from '../output/text.ts';
import { projectorOf } from './ask.ts';
import { replay } from './replay.ts';
import { showUnreadable } from './verify-rows.ts';

export interface ReplayOptions {
  readonly projection?: Aggregate;
}

interface Replayed extends ReplayProgress {
  readonly projection: Aggregate;
}

/** `nova replay`: builds new rows beside the old ones, switches reads to them, then removes the old ones. */
export async function replayProjections(
  dependencies: PlatformDependencies,
  { projection }: ReplayOptions,
): Promise<number> {
  const replayed: Replayed[] = [];
  try {
    for (const one of projection ? [projection] : aggregates) replayed.push(await build(dependencies, one));
    const ended = await removeAllOld(dependencies, replayed);
    if (dependencies.json) writeJson(dependencies.terminal, { projections: ended });
    return ended.every(({ phase }) => phase === 'done') ? exitCodes.ok : exitCodes.problems;
  } catch (error) {
    if (dependencies.signal.aborted) {
      dependencies.terminal.note('Stopped. Run the same command to continue; reads are not affected.');
    }
    throw error;
  }
}

/** Builds the rows of a projection until reads have switched, or are blocked. */
async function build(dependencies: PlatformDependencies, projection: Aggregate): Promise<Replayed> {
  const startedAt = performance.now();
  let built = await buildOnce(dependencies, projection);
  if (built.leftOver) {
    if (!dependencies.json) showLeftOver(dependencies, projection);
    if (built.result.phase !== 'done') await removeOld(dependencies, projection);
    built = await buildOnce(dependencies, projection);
  }
  const replayed = { projection, ...built.result };
  if (!dependencies.json) showBuilt(dependencies, replayed, performance.now() - startedAt);
  return replayed;
}

/** @returns the progress, and whether the first slice found the end of an earlier replay: it is finished before a new one starts */
async function buildOnce({ connection, terminal, signal }: PlatformDependencies, projection: Aggregate) {
  let slices = 0;
  const bar = progress(terminal, projection);
  const result = await replay(projectorOf(connection), projection, signal, {
    stopIn: ['retiring'],
    onSlice: ({ commits, total }) => {
      slices += 1;
      bar.update({ done: commits, total: Math.max(total, commits), unit: 'commits' });
    },
  }).finally(() => bar.end());
  return { result, leftOver: slices === 1 && result.phase !== 'blocked' };
}

async function removeOld(
  { connection, terminal, signal }: PlatformDependencies,
  projection: Aggregate,
): Promise<ReplayProgress> {
  const bar = progress(terminal, `Removing the old ${projection} rows once they are no longer in use`);
  const onSlice = ({ swept }: ReplayProgress) => bar.update(sweepMeasure(swept));
  return replay(projectorOf(connection), projection, signal, { onSlice }).finally(() => bar.end());
}

const sweepMeasure = (swept: number | undefined) =>
  swept === undefined ? { done: 0 } : { done: swept, unit: 'rows removed' };

function showLeftOver({ terminal }: PlatformDependencies, projection: Aggregate): void {
  const name = terminal.styled('bold', projection.padEnd(8));
  terminal.line(
    `${terminal.styled('yellow', '!')} ${name} an earlier replay is not finished: reads have switched to its rows; a new replay starts once the old rows are removed (about a minute)`,
  );
}

function showBuilt(
  { terminal }: PlatformDependencies,
  { projection, phase, ...result }: Replayed,
  tookMs: number,
): void {
  const { styled } = terminal;
  const name = styled('bold', projection.padEnd(8));
  const read = `${counted(result.commits, 'commit')} read, ${counted(result.streams, 'stream')} rebuilt`;
  if (phase !== 'blocked') {
    terminal.line(`${styled('green', '✓')} ${name} ${read} in ${duration(tookMs)}; reads have switched`);
    return;
  }
  terminal.line(
    `${styled('red', '✗')} ${name} ${read}; blocked by unreadable commits: reads stay on the old rows`,
  );
  terminal.line();
  showUnreadable(terminal, result.unreadable);
  terminal.note(
    `  Deploy a version that can read them, then run \`nova replay --projection ${projection}\` to continue.`,
  );
}

/** Removes the old rows once no function can use them any more. All projections wait at the same time. */
async function removeAllOld(
  { connection, terminal, signal }: PlatformDependencies,
  replayed: readonly Replayed[],
): Promise<Replayed[]> {
  const bar = progress(terminal, 'Removing the old rows once they are no longer in use (about a minute)');
  const swept = new Map<Aggregate, number | undefined>();
  const update = (projection: Aggregate, progressed: ReplayProgress) => {
    swept.set(projection, progressed.swept);
    const known = [...swept.values()].filter((rows) => rows !== undefined);
    bar.update(sweepMeasure(known.length > 0 ? known.reduce((sum, rows) => sum + rows, 0) : undefined));
  };
  try {
    return await Promise.all(
      replayed.map(async (one) => {
        if (one.phase !== 'retiring') return one;
        const onSlice = (slice: ReplayProgress) => update(one.projection, slice);
        return { ...one, ...(await replay(projectorOf(connection), one.projection, signal, { onSlice })) };
      }),
    );
  } finally {
    bar.end();
  }
}
