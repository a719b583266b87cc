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

/** `nova replay`: builds rows anew beside the old ones, then switches reads to them. */
export async function replayProjections(session: Session, { projection }: ReplayOptions): Promise<number> {
  const done: Replayed[] = [];
  for (const one of projection ? [projection] : aggregates) {
    try {
      done.push({ projection: one, ...(await replayOne(session, one)) });
    } catch (error) {
      if (session.signal.aborted) {
        session.terminal.note(
          `Left where it is. Go on with \`nova replay --projection ${one}\`; reads are not disturbed.`,
        );
      }
      throw error;
    }
  }
  if (session.json) writeJson(session, { projections: done });
  return done.some(({ phase }) => phase === 'blocked') ? exitCodes.problems : exitCodes.ok;
}

async function replayOne(session: Session, projection: Aggregate): Promise<ReplayProgress> {
  const { ask, terminal, json, signal } = session;
  const startedAt = performance.now();
  const bar = progress(terminal, projection.padEnd(8));
  let switched = false;
  const result = await replay(ask, projection, signal, ({ phase, commits, total }) => {
    bar.update({ done: commits, total: Math.max(total, commits), unit: 'commits' });
    const first = phase === 'retiring' && !switched;
    switched ||= phase === 'retiring';
    if (first && !json) terminal.note(`  ${projection}: reads have switched; the old rows go`);
  }).finally(() => bar.end());
  if (json) return result;
  const { phase, commits, streams, generation, unreadable } = result;
  const took = duration(performance.now() - startedAt);
  const what = `${counted(commits, 'commit')} of ${counted(streams, 'stream')}`;
  const name = terminal.styled('bold', projection.padEnd(8));
  if (phase === 'done') {
    terminal.line(
      `${terminal.styled('green', '✓')} ${name} ${what} in ${took}; reads have switched to generation ${generation}`,
    );
    return result;
  }
  terminal.line(
    `${terminal.styled('red', '✗')} ${name} blocked: ${what} read, but not these; reads stay on the rows they had`,
  );
  terminal.line();
  showUnreadable(terminal, unreadable);
  terminal.note(
    `  Deploy a build that can read them, then \`nova replay --projection ${projection}\`: it reads only what is missing.`,
  );
  return result;
}
