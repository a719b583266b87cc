/** The attributes of a resource. */
export type Values = Readonly<Record<string, unknown>>;

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The attributes; none when there is no resource. */
export const valuesOf = (value: unknown): Values => (isValues(value) ? value : {});

/** A text attribute; undefined when it is absent, unknown or not text. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The JSON object in a text; undefined when the text is not a JSON object. */
export function jsonIn(value: unknown): Values | undefined {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  try {
    return valuesOf(JSON.parse(value));
  } catch {
    return undefined;
  }
}
