import { DomainError } from '../../domain/errors.ts';

/** A mark, or a string, number or word by its value. */
export type JsonToken =
  | { readonly mark: '{' | '}' | '[' | ']' | ',' | ':' }
  | { readonly mark?: undefined; readonly value: string; readonly isString: boolean };

const plain = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/** The tokens of JSON texts (RFC 8259), one after the other, and the place after each. */
export function* jsonTokens(source: string): Generator<{ readonly token: JsonToken; readonly at: number }> {
  let at = 0;
  while (at < source.length) {
    const sign = source[at] ?? '';
    if (' \n\r\t\u001e\ufeff'.includes(sign)) at += 1;
    else if (sign === '"') {
      const end = stringEnd(source, at);
      yield { token: { value: stringValue(source, at, end), isString: true }, at: end };
      at = end;
    } else if ('{}[],:'.includes(sign)) {
      at += 1;
      yield { token: { mark: sign as ',' }, at };
    } else {
      plain.lastIndex = at;
      const value = plain.exec(source)?.[0];
      if (value === undefined) throw notJson(source, at);
      at += value.length;
      yield { token: { value, isString: false }, at };
    }
  }
}

/** The place after the quote that ends a string. */
function stringEnd(source: string, start: number): number {
  for (let quote = source.indexOf('"', start + 1); quote >= 0; quote = source.indexOf('"', quote + 1)) {
    let before = quote;
    while (source[before - 1] === '\\') before -= 1;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
  throw notJson(source, start);
}

function stringValue(source: string, start: number, end: number): string {
  try {
    return JSON.parse(source.slice(start, end)) as string;
  } catch {
    throw notJson(source, start);
  }
}

/** The fault at a place of a text that is no JSON. */
export function notJson(source: string, at: number): DomainError {
  let line = 1;
  for (let end = source.indexOf('\n'); end >= 0 && end < at; end = source.indexOf('\n', end + 1)) line += 1;
  const what = at >= source.length ? 'it ends too early, in' : 'there is a fault in';
  return new DomainError(
    'unsupported-media',
    `The document is not JSON: ${what} line ${line}. Correct it, or upload it as text/plain.`,
  );
}
