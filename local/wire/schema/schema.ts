import { NormalizedSchema } from '@smithy/core/schema';
import type {
  $Schema,
  ClientProtocol,
  HttpRequest,
  HttpResponse,
  OperationSchema,
  StaticErrorSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';

/**
 * The schemas of a service in its SDK client package. The SDK ships every shape and operation as a schema at run time;
 * its exports are undocumented for this use, so only this folder uses them, and the contract tests fix their form.
 */

/** An SDK client package: `import * as s3 from '@aws-sdk/client-s3'`. */
export type SdkPackage = Readonly<Record<string, unknown>>;

/** An SDK client: only its protocol is used, it never sends anything. */
export interface SdkClient {
  readonly config: object;
}

export type Protocol = ClientProtocol<HttpRequest, HttpResponse>;

/** Where a member of the input travels when it is neither header nor body. */
export interface UrlMember {
  readonly name: string;
  /** Name in the query string; undefined for a label in the path. */
  readonly query: string | undefined;
  readonly schema: NormalizedSchema;
}

export interface Operation {
  readonly name: string;
  /** Method, path template and status; absent in RPC protocols. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly required: readonly string[];
  readonly urlMembers: readonly UrlMember[];
  /** Reads a request as if it were a response: the input, without what travels in the URL, is its output. */
  readonly reader: OperationSchema;
  /** Writes a response as if it were a request: the output is its input. */
  readonly writer: OperationSchema;
}

export interface ErrorShape {
  readonly name: string;
  readonly schema: StaticErrorSchema;
  readonly status: number;
  /** What SQS puts in `x-amzn-query-error`, for clients of its older protocol. */
  readonly queryCode: string | undefined;
}

/** The protocol of a client, ready to read and write. */
export function protocolOf(client: SdkClient): Protocol {
  const { protocol } = client.config as { protocol: Protocol };
  protocol.setSerdeContext(client.config as Parameters<Protocol['setSerdeContext']>[0]);
  if (/json/i.test(protocol.getShapeId())) readPlainNumbers(protocol as JsonProtocol);
  return protocol;
}

interface Deserializer {
  read(schema: $Schema, data: string | Uint8Array): Promise<unknown>;
  readObject?(schema: $Schema, data: unknown): unknown;
  /** Of a protocol that binds members to headers: what reads the body. */
  readonly codecDeserializer?: Deserializer;
}

interface JsonProtocol {
  readonly deserializer?: Deserializer;
}

/**
 * Has numbers read as JavaScript has them. In a message with a document, the SDK compares the digits of each number with those
 * of the double that it becomes, and keeps more digits than a double holds. No service here needs more, and the comparison
 * takes a third of the time of a call with a thousand numbers.
 */
function readPlainNumbers({ deserializer }: JsonProtocol): void {
  const reader = deserializer?.codecDeserializer ?? deserializer;
  const readObject = reader?.readObject?.bind(reader);
  if (!reader || !readObject)
    throw new Error('The SDK’s protocol reads in another way than this module knows.');
  reader.read = async (schema, data) =>
    readObject(schema, data.length === 0 ? {} : JSON.parse(typeof data === 'string' ? data : decode(data)));
}

const decode = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

/**
 * All operations a package declares, by name.
 * @param protocol where it is one of remote calls, what the model says of paths and queries is not used: some services
 *   keep both
 */
export function operationsOf(sdk: SdkPackage, protocol?: Protocol): ReadonlyMap<string, Operation> {
  const isRpc = protocol !== undefined && /#aws(Json|Query)/.test(protocol.getShapeId());
  const schemas = Object.values(sdk).filter(isOperation);
  return new Map(schemas.map((schema) => [schema[2], describeOperation(schema, isRpc)]));
}

/** All errors a package declares, by name. */
export function errorsOf(sdk: SdkPackage): ReadonlyMap<string, ErrorShape> {
  const schemas = Object.values(sdk).filter(isError);
  return new Map(schemas.map((schema) => [schema[2], describeError(schema)]));
}

const isSchema = (value: unknown, kind: number) => Array.isArray(value) && value[0] === kind;
const isOperation = (value: unknown): value is StaticOperationSchema => isSchema(value, 9);
const isError = (value: unknown): value is StaticErrorSchema => isSchema(value, -3);

function describeOperation(
  [, namespace, name, traits, inputRef, outputRef]: StaticOperationSchema,
  isRpc: boolean,
): Operation {
  const input = NormalizedSchema.of(inputRef);
  const { http } = typeof traits === 'object' && !isRpc ? traits : {};
  const { body, urlMembers } = isRpc ? { body: inputRef, urlMembers: [] } : withoutUrlMembers(input);
  const schema = { namespace, name };
  return {
    name,
    http: http && { method: http[0], path: http[1], status: http[2] },
    input,
    output: NormalizedSchema.of(outputRef),
    required: requiredOf(input),
    urlMembers,
    reader: { ...schema, traits, input: outputRef, output: body } as OperationSchema,
    writer: {
      ...schema,
      traits: { http: ['POST', '/', 200] },
      input: outputRef,
      output: inputRef,
    } as OperationSchema,
  };
}

/** Required members come first in a structure's schema, and the seventh element counts them. */
function requiredOf(input: NormalizedSchema): readonly string[] {
  const schema = input.getSchema();
  return isStructure(schema) ? schema[4].slice(0, schema[6] ?? 0) : [];
}

function withoutUrlMembers(input: NormalizedSchema): { body: $Schema; urlMembers: readonly UrlMember[] } {
  const schema = input.getSchema();
  if (!isStructure(schema)) return { body: schema, urlMembers: [] };
  const [kind, namespace, name, traits, names, members] = schema;
  const urlMembers = [...input.structIterator()].flatMap(([member, memberSchema]) => {
    const { httpLabel, httpQuery } = memberSchema.getMergedTraits();
    return httpLabel || httpQuery ? [{ name: member, query: httpQuery, schema: memberSchema }] : [];
  });
  const inUrl = new Set(urlMembers.map((member) => member.name));
  const kept = names.flatMap((member, index) => {
    const ref = members[index];
    return inUrl.has(member) || ref === undefined ? [] : [{ member, ref }];
  });
  const body: StaticStructureSchema = [
    kind,
    namespace,
    name,
    traits,
    kept.map(({ member }) => member),
    kept.map(({ ref }) => ref),
  ];
  return { body, urlMembers };
}

const isStructure = (schema: unknown): schema is StaticStructureSchema => isSchema(schema, 3);

function describeError(schema: StaticErrorSchema): ErrorShape {
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  const [queryCode] = (traits.awsQueryError ?? []) as [string?];
  const status = (traits.httpError as number | undefined) ?? (traits.error === 'server' ? 500 : 400);
  return { name: schema[2], schema, status, queryCode };
}
