import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-s3';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Caller,
  type Logger,
} from '../../contracts.ts';
import { respond } from '../../wire/respond.ts';
import { isAnswer, xmlError } from '../../wire/schema/errors.ts';
import { readInput, writeOutput } from '../../wire/schema/messages.ts';
import { operationsOf, protocolOf } from '../../wire/schema/schema.ts';
import { inS3Words } from './access.ts';
import { ReceivedBody } from './body/receive.ts';
import type { Cors } from './cors.ts';
import { invalidRequest } from './errors.ts';
import type { Operation, S3Dependencies, S3Request } from './operation.ts';
import * as buckets from './operations/buckets.ts';
import { listMultipartUploads } from './operations/list-uploads.ts';
import * as multipart from './operations/multipart.ts';
import * as objects from './operations/objects.ts';
import { operationOf, parseAddress } from './routes.ts';

type AnyOperation = Operation<object, object>;

const handlers = {
  ListBuckets: buckets.listBuckets,
  HeadBucket: buckets.headBucket,
  GetBucketLocation: buckets.getBucketLocation,
  ListObjectsV2: buckets.listObjectsV2,
  DeleteObjects: buckets.deleteObjects,
  PutObject: objects.putObject,
  GetObject: objects.getObject,
  HeadObject: objects.headObject,
  CopyObject: objects.copyObject,
  DeleteObject: objects.deleteObject,
  CreateMultipartUpload: multipart.createMultipartUpload,
  UploadPart: multipart.uploadPart,
  CompleteMultipartUpload: multipart.completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
  ListParts: multipart.listParts,
  ListMultipartUploads: listMultipartUploads,
} as Readonly<Record<string, AnyOperation | undefined>>;

/** Bodies that are objects, not documents of S3's. */
const takesObject = new Set(['PutObject', 'UploadPart']);
/** Bytes of an XML document: 10,000 parts with their checksums. */
const maxDocument = 4 * 1024 * 1024;

const operations = operationsOf(sdk);
const protocol = protocolOf(
  new sdk.S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }),
);

/** S3's wire protocol around its operations. */
export function s3Service(s3: S3Dependencies, cors: Cors, logger: Logger): AwsService {
  return {
    scopes: ['s3'],
    beforeSignature: (request, response) => answerBrowser(cors, request, response),
    async handle(request, response, caller) {
      const requestId = randomUUID();
      try {
        await answer(s3, request, response, caller, requestId);
      } catch (error) {
        if (!isAnswer(error, undefined) && !request.destroyed) {
          logger.error(
            `s3 ${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`,
          );
        }
        if (response.headersSent || response.destroyed) return void response.destroy();
        await refuse(error, request, response, requestId);
      }
    },
    async close() {
      s3.storage.close();
    },
  };
}

async function answer(
  s3: S3Dependencies,
  request: AwsRequest,
  response: AwsResponse,
  caller: Caller,
  requestId: string,
) {
  // Not parsed as a URL, which would resolve `.` and `..`: in S3 they are parts of a key like any other.
  const [path = '/', search] = request.url.split('?');
  const query = new URLSearchParams(search);
  const headers = withHoisted(request.headers, query);
  const address = parseAddress(path);
  const name = operationOf(request.method, address, query, headers);
  const operation = operations.get(name);
  const handler = handlers[name];
  if (!operation || !handler) throw new Error(`Operation ${name} has no handler`);
  const body = new ReceivedBody(request, headers);
  const input = await readInput(protocol, operation, {
    headers: strings(headers),
    labels: { Bucket: address.bucket, Key: address.key },
    query,
    body: takesObject.has(name) ? Readable.from([]) : await documentOf(request, body),
  });
  // The endpoint listens to this machine alone.
  const sourceIp = '127.0.0.1';
  const s3Request: S3Request = { ...address, headers, body, caller, requestId, sourceIp };
  const reply = await handler(s3, s3Request, input);
  const written = await writeOutput(protocol, operation, reply.output);
  const stream = reply.body ?? (isText(written.body) ? written.body : undefined);
  await respond(response, {
    status: reply.status ?? operation.http?.status ?? 200,
    headers: {
      ...written.headers,
      'x-amz-request-id': requestId,
      ...(reply.bytes === undefined ? {} : { 'content-length': String(reply.bytes) }),
    },
    body: stream,
  });
}

const isText = (body: unknown): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

/** An XML document, checked like any body; most requests have none. */
async function documentOf(request: AwsRequest, body: ReceivedBody): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxDocument)
    throw invalidRequest('The document is too large');
  return request.method === 'POST' ? buffer(body) : new Uint8Array();
}

/** A presigned URL carries headers as query parameters. */
function withHoisted(headers: IncomingHttpHeaders, query: URLSearchParams): IncomingHttpHeaders {
  const hoisted = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...Object.fromEntries(hoisted.filter(([name]) => name.startsWith('x-amz-'))), ...headers };
}

const strings = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );

async function refuse(
  error: unknown,
  request: AwsRequest,
  response: AwsResponse,
  requestId: string,
): Promise<void> {
  const { code, status, message } =
    error instanceof AwsError
      ? inS3Words(error)
      : new AwsError('InternalError', 500, 'We encountered an internal error. Please try again.');
  const [resource = '/'] = request.url.split('?');
  const answer = xmlError(code, status, message, { resource, requestId });
  const bodiless = request.method === 'HEAD' || status === 304;
  await respond(response, bodiless ? { ...answer, body: undefined } : answer);
}

/** Sets the CORS headers for a browser's request, and answers its preflight. */
function answerBrowser(cors: Cors, request: AwsRequest, response: AwsResponse): boolean {
  const { origin } = request.headers;
  const preflight = request.method === 'OPTIONS';
  const wanted = request.headers['access-control-request-method'];
  const method = preflight ? wanted : request.method;
  const bucket = request.url.split(/[/?]/)[1] ?? '';
  const wantedHeaders = request.headers['access-control-request-headers'];
  const headers = preflight ? (wantedHeaders?.split(/\s*,\s*/).filter(Boolean) ?? []) : undefined;
  const allowed =
    origin && method
      ? cors.headersFor({ bucket, origin, method, ...(headers ? { headers } : {}) })
      : undefined;
  for (const [name, value] of Object.entries(allowed ?? {})) response.setHeader(name, value);
  if (!preflight) return false;
  const message =
    'CORSResponse: This CORS request is not allowed. Its origin, method or headers are not in the bucket’s CORS rules.';
  const refusal = xmlError('AccessForbidden', 403, message, {
    resource: `/${bucket}`,
    requestId: randomUUID(),
  });
  void respond(response, allowed ? { status: 200, headers: {} } : refusal).catch(() => response.destroy());
  return true;
}
