import { Ajv, type ValidateFunction } from 'ajv';
import { isRecord } from '../json.ts';

/** One value a tool's input schema asks for. */
export interface Property {
  readonly name: string;
  /** Names from the outermost object to this property, joined by dots: `emotion.confidence`. */
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly required: boolean;
}

/** A value for a property, or undefined to leave it out. */
export type Suggest = (property: Property) => unknown;

const ajv = new Ajv({ strict: false, validateFormats: false });
/** By the schema's JSON. */
const validators = new Map<string, ValidateFunction>();
/** More than the tools of a few agents. */
const mostValidators = 100;

/**
 * Arguments for a tool by its JSON schema: each property as suggested, objects by their own properties.
 * @returns undefined when no arguments can be found that the schema allows
 */
export function fillArguments(schema: unknown, suggest: Suggest): Record<string, unknown> | undefined {
  if (!isRecord(schema)) return undefined;
  const filled = fillObject(schema, suggest, '');
  return isAllowed(schema, filled) ? filled : undefined;
}

/**
 * The properties a schema declares.
 * @param within path of the object the schema is of; empty for the outermost
 */
export function propertiesOf(schema: unknown, within = ''): Property[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    isRecord(property)
      ? [{ name, path: `${within}${name}`, schema: property, required: required.includes(name) }]
      : [],
  );
}

/** The types a property may have. */
export function typesOf({ type, anyOf }: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(anyOf)) return anyOf.filter(isRecord).flatMap(typesOf);
  return (Array.isArray(type) ? type : [type]).filter((one): one is string => typeof one === 'string');
}

function fillObject(
  schema: Readonly<Record<string, unknown>>,
  suggest: Suggest,
  within: string,
): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const property of propertiesOf(schema, within)) {
    const value = suggest(property) ?? fallback(property, suggest);
    if (value !== undefined) filled[property.name] = value;
  }
  return filled;
}

function fallback({ schema, required, path }: Property, suggest: Suggest): unknown {
  if (typesOf(schema).includes('object')) {
    const inner = fillObject(schema, suggest, `${path}.`);
    return required || Object.keys(inner).length > 0 ? inner : undefined;
  }
  return required ? (schema.default ?? schema.const) : undefined;
}

function isAllowed(schema: Record<string, unknown>, value: unknown): boolean {
  // The schema's own dialect does not matter for what tools use of it, and Ajv refuses dialects it has not loaded.
  const { $schema, $id, ...rest } = schema;
  try {
    return validatorOf(rest)(value) === true;
  } catch {
    return false;
  }
}

/** Compiled once for a tool, whose schema comes anew with each request. */
function validatorOf(schema: Record<string, unknown>): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = validators.get(text);
  if (known) return known;
  const validate = ajv.compile(schema);
  // Ajv would keep it too, without end.
  ajv.removeSchema(schema);
  if (validators.size >= mostValidators) validators.clear();
  validators.set(text, validate);
  return validate;
}
