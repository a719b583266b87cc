import * as z from 'zod';

/** What a caller makes a request safe to repeat by: up to 255 visible ASCII characters, a random UUID best of all. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/**
 * Identifiers are UUIDs of version 7 (RFC 9562): unique, and sorted by the time they were made. Any case is taken, as
 * the RFC asks; keys are written in lower case.
 */
export const Id = z.uuidv7().toLowerCase();

/** When an identifier was made: milliseconds since 1970. Source: RFC 9562 §5.7. */
export const madeAt = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** Correlation ids come from callers too, so their form is wider; nothing that could break a log line or a header. */
export const CorrelationId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);
