import * as z from 'zod';

/** Makes a request safe to repeat: up to 255 visible ASCII characters, preferably a random UUID. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/**
 * Identifiers are UUIDs of version 7 (RFC 9562): unique, and sorted by creation time. Either case is accepted, as the
 * RFC requires; keys use lower case.
 */
export const Id = z.uuidv7().toLowerCase();

/** Creation time of an identifier: milliseconds since 1970. Source: RFC 9562 §5.7. */
export const madeAt = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** Callers may choose correlation ids, so the format is wider; it excludes what could break a log line or a header. */
export const CorrelationId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

/** The first identifiers of a moment: every identifier made then or later sorts behind it. */
export function firstIdAt(moment: Date): string {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
