import type { Ajv as Ajv2020, ErrorObject } from 'ajv';
import draft4 from 'ajv-draft-04';
import { StackError, type StackResource } from '../../../contracts.ts';
import { textOf } from '../../../stack/read.ts';

// The package is CommonJS: its `default` is the callable.
const Ajv = (draft4 as unknown as { default: typeof Ajv2020 }).default;

/** One for all models: each instance compiles the schema of draft 4 itself, which takes longer than all models together. */
const instance = (allErrors: boolean) =>
  new Ajv({ allErrors, strict: false, validateFormats: false, verbose: true });
const namesAll = instance(true);
/** Made for the first long body. */
let namesFirst: ReturnType<typeof instance> | undefined;

/** Characters of a value that an error quotes. */
const quotedChars = 60;
/**
 * Characters of a body of which all faults are named. Of a longer one it is the first: 10 MB can have millions of them, and every
 * other request would wait while this process lists them.
 */
const listedChars = 8 * 1024;
/** Faults that an answer names, at most. */
const mostFaults = 20;

/**
 * Compiles the validator of a model: JSON schema draft 4, without formats.
 * @throws StackError when the model is no schema
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function bodyValidator(model: StackResource): (body: string) => string | undefined {
  const validateAll = compile(model, namesAll);
  let validateFirst: typeof validateAll | undefined;
  const forLong = () => {
    namesFirst ??= instance(false);
    validateFirst ??= compile(model, namesFirst);
    return validateFirst;
  };
  return (body) => {
    const validate = body.length <= listedChars ? validateAll : forLong();
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch (error) {
      return `[the body is not JSON: ${(error as Error).message}]`;
    }
    if (validate(value)) return undefined;
    const reasons = new Set(grouped(validate.errors ?? []).map((errors) => describeErrors(errors)));
    return `[${[...reasons].slice(0, mostFaults).join(', ')}]`;
  };
}

function compile(model: StackResource, ajv: ReturnType<typeof instance>) {
  try {
    return ajv.compile(JSON.parse(textOf(model, 'schema')));
  } catch (error) {
    throw new StackError(`${model.address}: the schema cannot be used: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Groups errors of one kind at one place, such as the missing properties of an object, for one sentence. */
function grouped(errors: readonly ErrorObject[]): ErrorObject[][] {
  const groups = Map.groupBy(errors, ({ instancePath, keyword }) =>
    keyword === 'required' || keyword === 'additionalProperties' ? `${instancePath} ${keyword}` : Symbol(),
  );
  return [...groups.values()];
}

type Sentence = (error: ErrorObject, names: (parameter: string) => string) => string;

/** API Gateway's own wording, that of its schema validator. */
const sentences: Readonly<Record<string, Sentence>> = {
  required: (_, names) => `object has missing required properties (${names('missingProperty')})`,
  additionalProperties: (_, names) =>
    `object instance has properties which are not allowed by the schema: ${names('additionalProperty')}`,
  type: ({ data, params }) =>
    `instance type (${typeName(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify([params.type].flat())})`,
  enum: ({ data, params }) =>
    `instance value (${quote(data)}) not found in enum (possible values: ${JSON.stringify(params.allowedValues)})`,
  pattern: ({ data, params }) =>
    `ECMA 262 regex ${quote(params.pattern)} does not match input string ${quote(data)}`,
  minLength: ({ data, params }) =>
    `string ${quote(data)} is too short (length: ${[...String(data)].length}, required minimum: ${params.limit})`,
  maxLength: ({ data, params }) =>
    `string ${quote(data)} is too long (length: ${[...String(data)].length}, maximum allowed: ${params.limit})`,
  minimum: ({ data, params }) =>
    `numeric instance is lower than the required minimum (minimum: ${params.limit}, found: ${data})`,
  maximum: ({ data, params }) =>
    `numeric instance is greater than the required maximum (maximum: ${params.limit}, found: ${data})`,
  minItems: ({ data, params }) =>
    `array is too short: must have at least ${params.limit} elements but instance has ${(data as unknown[]).length} elements`,
  maxItems: ({ data, params }) =>
    `array is too long: must have at most ${params.limit} elements but instance has ${(data as unknown[]).length} elements`,
};

/** One sentence after the path of the fault: API Gateway leaves the path out. */
function describeErrors(errors: readonly ErrorObject[]): string {
  const [error] = errors;
  if (!error) return '';
  const names = (parameter: string) => JSON.stringify(errors.map(({ params }) => params[parameter]).sort());
  const sentence = sentences[error.keyword]?.(error, names) ?? `instance ${error.message}`;
  return error.instancePath ? `${error.instancePath}: ${sentence}` : sentence;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return `"${text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text}"`;
}
