import type { StreamId } from './stream-id.ts';

type Data = Readonly<Record<string, unknown>>;

/**
 * What of an event's data is a person's own words or files. The store keeps it sealed under a key of its stream, the
 * bus does not carry it, and when the key is destroyed nobody can read it again.
 */
export interface Personal {
  /**
   * Paths into the data (`task.questions`), each with what is read in its place by those who may not, or no longer;
   * `undefined` leaves the member out. A path stays here for as long as stored events of some schema version have it.
   */
  readonly fields: Data;
  /** Member of the data that names the content item whose erasure erases this too; the event's own stream when absent. */
  readonly contentId?: string;
}

/** The stream whose key seals an event of another: the content item's, for what belongs to one. */
export function keyOwner(stream: StreamId, personal: Personal, data: Data): StreamId {
  if (!personal.contentId) return stream;
  return { tenant: stream.tenant, aggregate: 'content', id: String(data[personal.contentId]) };
}

/** Data in two parts: what anyone may read, and the personal values by their paths; paths that lead nowhere are left out. */
export function split(data: Data, { fields }: Personal): { readonly clear: Data; readonly personal: Data } {
  let clear = data;
  const personal: Record<string, unknown> = {};
  for (const path of Object.keys(fields)) {
    const value = at(data, path.split('.'));
    if (value === undefined) continue;
    personal[path] = value;
    clear = put(clear, path.split('.'), undefined);
  }
  return { clear, personal };
}

/** Data with values put at paths: the inverse of {@link split}, and how placeholders get their places. */
export function fill(data: Data, values: Data): Data {
  return Object.entries(values).reduce((filled, [path, value]) => put(filled, path.split('.'), value), data);
}

/** An event as those may see it who may not read what is personal: with placeholders. */
export function asErased<E extends { readonly data: Data }>(event: E, personal: Personal | undefined): E {
  return personal ? { ...event, data: fill(event.data, personal.fields) } : event;
}

function at(data: unknown, [member, ...rest]: readonly string[]): unknown {
  if (member === undefined) return data;
  return isRecord(data) ? at(data[member], rest) : undefined;
}

/** A copy with one member changed; `undefined` removes it. Where the path's parent is missing nothing is put. */
function put(data: Data, [member = '', ...rest]: readonly string[], value: unknown): Data {
  const { [member]: before, ...others } = data;
  if (rest.length === 0) return value === undefined ? others : { ...data, [member]: value };
  return isRecord(before) ? { ...data, [member]: put(before, rest, value) } : data;
}

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
