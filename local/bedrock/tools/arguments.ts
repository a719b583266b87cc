import { Ajv, type ValidateFunction } from 'ajv';
import { isRecord } from '../json.ts';

/** One value a tool's input schema asks for. */
export interface Property {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly required: boolean;
}

/** A value for a property, or undefined to leave it out. */
export type Suggest = (property: Property) => unknown;

const ajv = new Ajv({ strict: false, validateFormats: false });
const validators = new WeakMap<object, ValidateFunction>();

/**
 * Arguments for a tool by its JSON schema: each property as suggested, objects by their own properties.
 * @returns undefined when no arguments can be found that the schema allows
 */
export function fillArguments(schema: unknown, suggest: Suggest): Record<string, unknown> | undefined {
  if (!isRecord(schema)) return undefined;
  const filled = fillObject(schema, suggest);
  return isAllowed(schema, filled) ? filled : undefined;
}

/** The properties a schema declares. */
export function propertiesOf(schema: unknown): Property[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    isRecord(property) ? [{ name, schema: property, required: required.includes(name) }] : [],
  );
}

/** The types a property may have. */
export function typesOf({ type, anyOf }: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(anyOf)) return anyOf.filter(isRecord).flatMap(typesOf);
  return (Array.isArray(type) ? type : [type]).filter((one): one is string => typeof one === 'string');
}

function fillObject(schema: Readonly<Record<string, unknown>>, suggest: Suggest): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const property of propertiesOf(schema)) {
    const value = suggest(property) ?? fallback(property, suggest);
    if (value !== undefined) filled[property.name] = value;
  }
  return filled;
}

function fallback({ schema, required }: Property, suggest: Suggest): unknown {
  if (!required) return undefined;
  if (typesOf(schema).includes('object')) return fillObject(schema, suggest);
  return schema.default ?? schema.const;
}

function isAllowed(schema: Record<string, unknown>, value: unknown): boolean {
  const known = validators.get(schema);
  // The schema's own dialect does not matter for what tools use of it, and Ajv refuses dialects it has not loaded.
  const { $schema, $id, ...rest } = schema;
  try {
    const validate = known ?? ajv.compile(rest);
    validators.set(schema, validate);
    return validate(value) === true;
  } catch {
    return false;
  }
}
