import { type Aggregate, aggregates } from '@nova/shared/events/index';
import type { ReplayProgress } from '@nova/shared/operations';
import { type Session, writeJson } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { counted, duration } from '../output/text.ts';
import { askProjector } from './ask.ts';
import { replay } from './replay.ts';
import { showUnreadable } from './verify-rows.ts';

export interface ReplayOptions {
  readonly projection?: Aggregate;
}

interface Replayed extends ReplayProgress {
  readonly projection: Aggregate;
}

/** `nova replay`: builds rows anew beside the old ones, switches reads to them, then removes the old. */
export async function replayProjections(session: Session, { projection }: ReplayOptions): Promise<number> {
  const replayed: Replayed[] = [];
  try {
    for (const one of projection ? [projection] : aggregates) replayed.push(await build(session, one));
    const ended = await retire(session, replayed);
    if (session.json) writeJson(session, { projections: ended });
    return ended.every(({ phase }) => phase === 'done') ? exitCodes.ok : exitCodes.problems;
  } catch (error) {
    if (session.signal.aborted) {
      session.terminal.note(
        'Left where it is. The same command goes on from here; whoever reads is not disturbed.',
      );
    }
    throw error;
  }
}

/** Until reads have switched, or cannot. */
async function build(session: Session, projection: Aggregate): Promise<Replayed> {
  const startedAt = performance.now();
  let built = await buildOnce(session, projection);
  if (built.leftOver) {
    if (!session.json) tellLeftOver(session, projection);
    if (built.result.phase !== 'done') await removeOld(session, projection);
    built = await buildOnce(session, projection);
  }
  const replayed = { projection, ...built.result };
  if (!session.json) tell(session, replayed, performance.now() - startedAt);
  return replayed;
}

/** @returns whether its first slice found a replay at its end, left over from an earlier run, beside how it stands now */
async function buildOnce({ connection, terminal, signal }: Session, projection: Aggregate) {
  let slices = 0;
  const bar = progress(terminal, projection);
  const result = await replay(askProjector(connection), projection, signal, {
    leaveIn: ['retiring'],
    onSlice: ({ commits, total }) => {
      slices += 1;
      bar.update({ done: commits, total: Math.max(total, commits), unit: 'commits' });
    },
  }).finally(() => bar.end());
  return { result, leftOver: slices === 1 && result.phase !== 'blocked' };
}

async function removeOld(
  { connection, terminal, signal }: Session,
  projection: Aggregate,
): Promise<ReplayProgress> {
  const bar = progress(terminal, `Removing the old ${projection} rows, once nobody uses them`);
  const onSlice = ({ swept }: ReplayProgress) => bar.update(measureOf(swept));
  return replay(askProjector(connection), projection, signal, { onSlice }).finally(() => bar.end());
}

const measureOf = (swept: number | undefined) =>
  swept === undefined ? { done: 0 } : { done: swept, unit: 'rows removed' };

function tellLeftOver({ terminal }: Session, projection: Aggregate): void {
  const name = terminal.styled('bold', projection.padEnd(8));
  terminal.line(
    `${terminal.styled('yellow', '!')} ${name} an earlier replay had yet to end: reads have switched to it; once its old rows are gone (about a minute), a new one begins`,
  );
}

function tell({ terminal }: Session, { projection, phase, ...result }: Replayed, tookMs: number): void {
  const { styled } = terminal;
  const name = styled('bold', projection.padEnd(8));
  const read = `${counted(result.commits, 'commit')} read, ${counted(result.streams, 'stream')} rebuilt`;
  if (phase !== 'blocked') {
    terminal.line(`${styled('green', '✓')} ${name} ${read} in ${duration(tookMs)}; reads have switched`);
    return;
  }
  terminal.line(
    `${styled('red', '✗')} ${name} ${read}; blocked by what cannot be read, so reads stay where they are`,
  );
  terminal.line();
  showUnreadable(terminal, result.unreadable);
  terminal.note(
    `  Deploy a build that can read it, then \`nova replay --projection ${projection}\`: it goes on with these streams.`,
  );
}

/** Old rows go when nobody can be reading or writing them any more: all projections wait together. */
async function retire(
  { connection, terminal, signal }: Session,
  replayed: readonly Replayed[],
): Promise<Replayed[]> {
  const bar = progress(terminal, 'Removing the old rows, once nobody uses them (about a minute)');
  const swept = new Map<Aggregate, number | undefined>();
  const update = (projection: Aggregate, progressed: ReplayProgress) => {
    swept.set(projection, progressed.swept);
    const known = [...swept.values()].filter((rows) => rows !== undefined);
    bar.update(measureOf(known.length > 0 ? known.reduce((sum, rows) => sum + rows, 0) : undefined));
  };
  try {
    return await Promise.all(
      replayed.map(async (one) => {
        if (one.phase !== 'retiring') return one;
        const onSlice = (slice: ReplayProgress) => update(one.projection, slice);
        return { ...one, ...(await replay(askProjector(connection), one.projection, signal, { onSlice })) };
      }),
    );
  } finally {
    bar.end();
  }
}
