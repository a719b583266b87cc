import * as z from 'zod';

const Key = z.strictObject({ pk: z.string().min(1), sk: z.string().min(1) });

/** Where a comparison continues: first through the streams, then through the rows. */
const Cursor = z.strictObject({ phase: z.enum(['streams', 'rows']), after: Key.optional() });
export type Cursor = z.infer<typeof Cursor>;

export const encodeCursor = (cursor: Cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** @throws InvalidCursorError */
export function decodeCursor(text: string | undefined): Cursor {
  if (text === undefined) return { phase: 'streams' };
  const cursor = Cursor.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (cursor.success) return cursor.data;
  throw new InvalidCursorError('cursor: is not one that a verification gave; start without it.');
}

export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
