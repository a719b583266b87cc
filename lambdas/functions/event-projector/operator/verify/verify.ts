import type { Difference, Unreadable, VerifyPage } from '@nova/shared/operations';
import { type OperatorParts, sliceMs } from '../dependencies.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { strayRows } from './stray-rows.ts';
import { compareStreams } from './streams.ts';

/** Differences after which a slice ends: its answer is to fit what Lambda answers, 6 MB. */
const differencesMost = 2000;

/** What a slice has found so far. */
interface Findings {
  streams: number;
  events: number;
  rows: number;
  readonly differences: Difference[];
  readonly unreadable: Unreadable[];
}

/**
 * One slice of comparing the read model with the event store: first every stream with its rows, then every row with
 * the streams there are. May run while the platform is in use.
 * @param cursor of the slice before
 * @throws InvalidCursorError
 */
export async function verifySlice(parts: OperatorParts, cursor: string | undefined): Promise<VerifyPage> {
  const from = decodeCursor(cursor);
  const findings: Findings = { streams: 0, events: 0, rows: 0, differences: [], unreadable: [] };
  const total = await parts.log.total();
  const next = await (from.phase === 'streams' ? throughStreams : throughRows)(parts, from, findings);
  return { ...findings, total, ...(next ? { cursor: encodeCursor(next) } : {}) };
}

async function throughStreams(
  parts: OperatorParts,
  { after }: Cursor,
  findings: Findings,
): Promise<Cursor | undefined> {
  const until = parts.clock.now() + sliceMs;
  for await (const { streams, position } of parts.log.scan(after)) {
    const found = await compareStreams(parts, await parts.states.load(), streams);
    findings.streams += streams.length;
    findings.events += found.events;
    findings.rows += found.rows;
    findings.differences.push(...found.differences);
    findings.unreadable.push(...found.unreadable);
    if (isEnough(parts, findings, until)) return { phase: 'streams', after: position };
  }
  return { phase: 'rows' };
}

async function throughRows(
  parts: OperatorParts,
  { after }: Cursor,
  findings: Findings,
): Promise<Cursor | undefined> {
  const until = parts.clock.now() + sliceMs;
  for await (const { keys, next } of parts.table.keys(after)) {
    findings.differences.push(...(await strayRows(parts, await parts.states.load(), keys)));
    if (!next) return undefined;
    if (isEnough(parts, findings, until)) return { phase: 'rows', after: next };
  }
  return undefined;
}

const isEnough = ({ clock }: OperatorParts, { differences }: Findings, until: number) =>
  clock.now() >= until || differences.length >= differencesMost;
