import type { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../contracts.ts';
import type { ErrorShape, Operation, Protocol, UrlMember } from './schema.ts';

/** The SDK's protocol in reverse: requests become inputs, outputs become responses. */

export interface RequestMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the path's labels, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The whole body, or the frames of an event stream. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface ResponseMessage {
  /** Where the output itself says it; else the operation's own. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream where the output holds one. */
  readonly body: string | Uint8Array | Readable | undefined;
}

/**
 * Reads a request's input.
 * @throws AwsError `SerializationException` (400) when the bytes are not what the schema says,
 *   `ValidationException` (400) when a required member is missing
 */
export async function readInput(protocol: Protocol, operation: Operation, message: RequestMessage) {
  const input = await readMessage(protocol, operation, message);
  for (const member of operation.urlMembers) {
    const value = urlValue(member, message);
    if (value !== undefined) input[member.name] = value;
  }
  const missing = operation.required.find((name) => input[name] === undefined || input[name] === null);
  if (missing) throw missingMember(missing);
  return input;
}

async function readMessage(protocol: Protocol, operation: Operation, { headers, body }: RequestMessage) {
  const response = new HttpResponse({ statusCode: 200, headers: { ...headers }, body });
  try {
    const output = await protocol.deserializeResponse(operation.reader, {} as never, response);
    const { $metadata: _, ...input } = output;
    return input as Record<string, unknown>;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('SerializationException', 400, `${operation.name}: ${messageOf(error)}`);
  }
}

function missingMember(name: string): AwsError {
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  return new AwsError(
    'ValidationException',
    400,
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );
}

function urlValue({ name, query, schema }: UrlMember, message: RequestMessage): unknown {
  if (query === undefined) return message.labels[name];
  const values = message.query.getAll(query);
  const [value] = values;
  if (value === undefined) return undefined;
  if (schema.isListSchema()) return values;
  if (schema.isNumericSchema()) return parseNumber(query, value);
  if (schema.isBooleanSchema()) return value === 'true';
  return schema.isTimestampSchema() ? new Date(value) : value;
}

function parseNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  throw new AwsError('SerializationException', 400, `${name} must be a number, not '${value}'`);
}

const requestOnly = new Set(['content-length', 'x-amz-target', 'x-amzn-query-mode', 'host']);
const endpoint = async () => ({ protocol: 'http:', hostname: 'localhost', path: '/' });

/** Writes an operation's output; an event stream's body is a stream of frames. */
export async function writeOutput(
  protocol: Protocol,
  operation: Operation,
  output: object,
): Promise<ResponseMessage> {
  const { status, members } = withoutStatus(operation, output);
  const request = await protocol.serializeRequest(operation.writer, members, { endpoint } as never);
  const headers = Object.entries(request.headers).filter(([name]) => !requestOnly.has(name));
  return { status, headers: Object.fromEntries(headers), body: request.body };
}

/** An output may have a member that is the response's status, which no request has a place for. */
function withoutStatus({ output: schema }: Operation, output: object) {
  const members: Record<string, unknown> = { ...output };
  const places = schema.isStructSchema() ? [...schema.structIterator()] : [];
  const [name] = places.find(([, member]) => member.getMergedTraits().httpResponseCode) ?? [];
  if (name === undefined) return { members, status: undefined };
  const { [name]: status, ...rest } = members;
  return { members: rest, status: status as number | undefined };
}

/** An error's modeled members as the protocol writes them: `{"message":"…"}`. */
export function writeErrorMembers(protocol: Protocol, { schema }: ErrorShape, error: unknown): Uint8Array {
  const serializer = protocol.getPayloadCodec().createSerializer();
  const members = typeof error === 'object' ? { ...error } : {};
  serializer.write(NormalizedSchema.of(schema), { ...members, message: messageOf(error) });
  const written: string | Uint8Array = serializer.flush();
  return typeof written === 'string' ? Buffer.from(written) : written;
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
