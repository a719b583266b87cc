import type { Difference, Unreadable, VerifyPage } from '@nova/shared/operations';
import { type OperatorDependencies, sliceMs } from '../dependencies.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { strayRows } from './stray-rows.ts';
import { compareStreams } from './streams.ts';

/** Differences after which a slice ends: its response must fit Lambda's limit of 6 MB. */
const differencesMost = 2000;

/** Findings of a slice so far. */
interface Findings {
  streams: number;
  events: number;
  rows: number;
  readonly differences: Difference[];
  readonly unreadable: Unreadable[];
}

/**
 * One slice of the comparison of the read model with the event store: first every stream with its rows, then every row with
 * the existing streams. May run while the platform is in use.
 * @param cursor of the slice before
 * @throws InvalidCursorError
 */
export async function verifySlice(
  dependencies: OperatorDependencies,
  cursor: string | undefined,
): Promise<VerifyPage> {
  const from = decodeCursor(cursor);
  const findings: Findings = { streams: 0, events: 0, rows: 0, differences: [], unreadable: [] };
  const total = await dependencies.log.total();
  const next = await (from.phase === 'streams' ? throughStreams : throughRows)(dependencies, from, findings);
  return { ...findings, total, ...(next ? { cursor: encodeCursor(next) } : {}) };
}

async function throughStreams(
  dependencies: OperatorDependencies,
  { after }: Cursor,
  findings: Findings,
): Promise<Cursor | undefined> {
  const until = dependencies.clock.now() + sliceMs;
  for await (const { streams, position } of dependencies.log.scan(after)) {
    const found = await compareStreams(dependencies, await dependencies.states.load(), streams);
    findings.streams += streams.length;
    findings.events += found.events;
    findings.rows += found.rows;
    findings.differences.push(...found.differences);
    findings.unreadable.push(...found.unreadable);
    if (isEnough(dependencies, findings, until)) return { phase: 'streams', after: position };
  }
  return { phase: 'rows' };
}

async function throughRows(
  dependencies: OperatorDependencies,
  { after }: Cursor,
  findings: Findings,
): Promise<Cursor | undefined> {
  const until = dependencies.clock.now() + sliceMs;
  for await (const { keys, next } of dependencies.table.keys(after)) {
    findings.differences.push(...(await strayRows(dependencies, await dependencies.states.load(), keys)));
    if (!next) return undefined;
    if (isEnough(dependencies, findings, until)) return { phase: 'rows', after: next };
  }
  return undefined;
}

const isEnough = ({ clock }: OperatorDependencies, { differences }: Findings, until: number) =>
  clock.now() >= until || differences.length >= differencesMost;
