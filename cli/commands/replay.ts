import { type Aggregate, aggregates } from '@nova/shared/events/index';
import type { ReplayProgress } from '@nova/shared/operations';
import { exitCodes } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { counted, duration } from '../output/text.ts';
import { replay } from '../projector/replay.ts';
import { type Session, writeJson } from './session.ts';
import { showUnreadable } from './verify.ts';

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
  const bar = progress(session.terminal, projection);
  const result = await replay(session.ask, projection, session.signal, {
    leaveIn: ['retiring'],
    onSlice: ({ commits, total }) =>
      bar.update({ done: commits, total: Math.max(total, commits), unit: 'commits' }),
  }).finally(() => bar.end());
  const replayed = { projection, ...result };
  if (!session.json) tell(session, replayed, performance.now() - startedAt);
  return replayed;
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
  { ask, terminal, signal }: Session,
  replayed: readonly Replayed[],
): Promise<Replayed[]> {
  const bar = progress(terminal, 'Removing the old rows, once nobody uses them (about a minute)');
  try {
    return await Promise.all(
      replayed.map(async (one) =>
        one.phase === 'retiring' ? { ...one, ...(await replay(ask, one.projection, signal)) } : one,
      ),
    );
  } finally {
    bar.end();
  }
}
