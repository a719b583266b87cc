import * as z from 'zod';

/**
 * Identifiers are UUIDs of version 7 (RFC 9562): unique, and sorted by the time they were made. Any case is taken, as
 * the RFC asks; keys are written in lower case.
 */
export const Id = z.uuidv7().toLowerCase();

/** Correlation ids come from callers too, so their form is wider; nothing that could break a log line or a header. */
export const CorrelationId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);
