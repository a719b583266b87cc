import { fromJson, isRecord } from '../json.ts';

/** The text that a fixture picture states, as JSON in a comment of any format: ASCII, and not compressed. */

const key = 'novaFixture';
const comment = /\{"novaFixture":\{"text":"(?:[^"\\]|\\.)*"\}\}/;

/** The comment that carries a text. */
export const pictureComment = (text: string): string =>
  JSON.stringify({ [key]: { text } }).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The text that a picture states; undefined for any other picture. */
export function statedText(picture: Uint8Array): string | undefined {
  const [found] = comment.exec(Buffer.from(picture).toString('latin1')) ?? [];
  const outer = found === undefined ? undefined : fromJson(found);
  const fixture = isRecord(outer) ? outer[key] : undefined;
  return isRecord(fixture) && typeof fixture.text === 'string' ? fixture.text : undefined;
}
