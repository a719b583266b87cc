import { contentStream, type StreamId } from './stream-id.ts';

type Data = Readonly<Record<string, unknown>>;

/**
 * The personal part of an event's data: a person's own words and files. The store encrypts it with a key of its stream,
 * the bus does not carry it, and once the key is destroyed nobody can read it.
 */
export interface Personal {
  /**
   * Paths into the data (`task.questions`), each with the placeholder for readers without the key; `undefined` omits the
   * member. A path stays here for as long as stored events of any schema version have it.
   */
  readonly fields: Data;
  /**
   * Member of the data with the id of the content item that erases this event's personal data too; the event's own
   * stream when absent.
   */
  readonly contentId?: string;
}

/**
 * Key of the stream that encrypts an event: the content item's if the data belongs to one, otherwise the event's own.
 */
export function keyOwner(stream: StreamId, personal: Personal, data: Data): StreamId {
  if (!personal.contentId) return stream;
  return contentStream(stream.tenant, String(data[personal.contentId]));
}

/** Splits data into a clear part and the personal values by their paths; paths without a value are omitted. */
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

/** Puts values at their paths: the inverse of {@link split}; it also inserts placeholders. */
export function fill(data: Data, values: Data): Data {
  return Object.entries(values).reduce((filled, [path, value]) => put(filled, path.split('.'), value), data);
}

/** An event for readers who may not see personal data: with placeholders. */
export function asErased<E extends { readonly data: Data }>(event: E, personal: Personal | undefined): E {
  return personal ? { ...event, data: fill(event.data, personal.fields) } : event;
}

function at(data: unknown, [member, ...rest]: readonly string[]): unknown {
  if (member === undefined) return data;
  return isRecord(data) ? at(data[member], rest) : undefined;
}

/** A copy with one member changed; `undefined` removes it. Without the path's parent, nothing changes. */
function put(data: Data, [member = '', ...rest]: readonly string[], value: unknown): Data {
  const { [member]: before, ...others } = data;
  if (rest.length === 0) return value === undefined ? others : { ...data, [member]: value };
  return isRecord(before) ? { ...data, [member]: put(before, rest, value) } : data;
}

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
