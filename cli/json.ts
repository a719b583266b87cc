/** @returns undefined for text that is not JSON, or no text */
export function parseJson(
  text: string | undefined,
  reviver?: (name: string, value: unknown) => unknown,
): unknown {
  try {
    return JSON.parse(text ?? '', reviver);
  } catch {
    return undefined;
  }
}

/** Writes a result as one JSON document. */
export const writeJson = (terminal: { line(text: string): void }, document: unknown) =>
  terminal.line(JSON.stringify(document, null, 2));
