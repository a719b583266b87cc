/** The attributes of a resource. */
export type Values = Readonly<Record<string, unknown>>;

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The attributes, none where there is no resource. */
export const valuesOf = (value: unknown): Values => (isValues(value) ? value : {});

/** A text attribute; nothing where it is absent, unknown or no text. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a text holds as JSON, where that is an object; a text that only looks like it is no JSON. */
export function jsonIn(value: unknown): Values | undefined {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
  try {
    return valuesOf(JSON.parse(value));
  } catch {
    return undefined;
  }
}
