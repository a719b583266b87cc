import { createHash } from 'node:crypto';
import { connect } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as s3vectors from '@aws-sdk/client-s3vectors';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsService, Credentials } from '../../contracts.ts';
import { type Identities, identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { schemaService } from '../schema/service.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';

/** Responds with the caller, the path and the hash of the body. */
const echo: AwsService = {
  scopes: ['s3'],
  async handle(request, response, caller) {
    const body = await buffer(request);
    response.setHeader('x-caller', caller.principalArn);
    response.setHeader('x-path', request.url.split('?')[0] ?? '');
    response.setHeader('x-amz-meta-body', createHash('sha256').update(body).digest('hex'));
    response.end();
  },
};

const vectors = schemaService({
  sdk: s3vectors,
  client: new s3vectors.S3VectorsClient({ region }),
  scopes: ['s3vectors'],
  logger: aRecordingLogger(),
  operations: {
    async ListVectorBuckets({ prefix }, { caller }) {
      return { vectorBuckets: [], nextToken: `${caller.principalArn} ${prefix}` };
    },
  },
});

let endpoint: Endpoint;
let identities: Identities;
let now: Date | undefined;

beforeEach(async () => {
  now = undefined;
  identities = identitiesOf(aStack({}), temporaryDirectory(), aRecordingLogger());
  endpoint = await startEndpoint({
    port: 0,
    identities,
    services: [echo, vectors],
    logger: aRecordingLogger(),
    now: () => now ?? new Date(),
  });
});

afterEach(() => endpoint.close());

const minutesLater = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const settings = (credentials: Credentials = identities.developer) => ({
  region,
  credentials,
  maxAttempts: 1,
  endpoint: endpoint.url,
});
const list = (overrides: Partial<s3vectors.S3VectorsClientConfig> = {}) =>
  new s3vectors.S3VectorsClient({ ...settings(), ...overrides }).send(
    new s3vectors.ListVectorBucketsCommand({ prefix: 'p' }),
  );
const s3 = (credentials?: Credentials) => new S3Client({ ...settings(credentials), forcePathStyle: true });
const put = (credentials?: Credentials) =>
  s3(credentials).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'text' }));

describe('a signed request', () => {
  it.each([
    ['HTTP/1.1', () => new NodeHttpHandler()],
    ['HTTP/2', () => new NodeHttp2Handler()],
  ])('reaches its service as its caller over %s', async (_, requestHandler) => {
    const answer = await list({ requestHandler: requestHandler() });

    expect(answer.nextToken).toBe('arn:aws:iam::000000000000:user/developer p');
  });

  it('may omit the hash of its body', async () => {
    const body = JSON.stringify({ prefix: 'p' });
    const signer = new SignatureV4({
      ...settings(),
      service: 's3vectors',
      sha256: Sha256,
      applyChecksum: false,
    });
    const { host, port } = new URL(endpoint.url);
    const { headers } = await signer.sign(
      new HttpRequest({
        method: 'POST',
        hostname: '127.0.0.1',
        port: Number(port),
        path: '/ListVectorBuckets',
        headers: { host },
        body,
      }),
    );

    const answer = await fetch(`${endpoint.url}/ListVectorBuckets`, { method: 'POST', headers, body });
    const tampered = await fetch(`${endpoint.url}/ListVectorBuckets`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prefix: 'q' }),
    });

    expect(headers['x-amz-content-sha256']).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(tampered.headers.get('x-amzn-errortype')).toBe('InvalidSignatureException');
  });

  it('may name any object', async () => {
    const client = s3();
    // `fetch` resolves `.` and `..` before it sends; the SDK sends them as they are.
    const resolved = (name: string) => name === '.' || name === '..';
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((name) => !resolved(name));
    const keys = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `k/${parts.join('/')}`);
    await fc.assert(
      fc.asyncProperty(keys, async (Key) => {
        const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'b', Key }));
        const signed = await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'x' }));
        expect(signed.$metadata.httpStatusCode).toBe(200);
        expect((await fetch(url)).status).toBe(200);
      }),
      { numRuns: 60, examples: [["k/ a+b&c=d?#%41!*'()"]] },
    );
  });

  it.each([
    ['another secret', () => ({ ...identities.developer, secretAccessKey: 'x' }), 'SignatureDoesNotMatch'],
    ['an unknown key', () => ({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }), 'InvalidAccessKeyId'],
  ])('with %s is refused by S3', async (_, credentials, name) => {
    await expect(put(credentials())).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  it.each([
    [
      'another secret',
      () => ({ ...identities.developer, secretAccessKey: 'x' }),
      'InvalidSignatureException',
    ],
    [
      'an unknown key',
      () => ({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }),
      'UnrecognizedClientException',
    ],
  ])('with %s is refused by other services', async (_, credentials, name) => {
    await expect(list({ credentials: credentials() })).rejects.toMatchObject({ name });
  });

  it.each([[16], [-16]])('of a clock %d minutes off is refused', async (minutes) => {
    now = minutesLater(minutes);

    await expect(put()).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
    await expect(list()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('of 14 minutes ago is accepted', async () => {
    now = minutesLater(14);

    await expect(put()).resolves.toBeDefined();
  });

  it('for a service that does not run here gets an error that names it', async () => {
    const call = new DynamoDBClient(settings()).send(new ListTablesCommand({}));

    await expect(call).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: "The local platform runs no AWS service named 'dynamodb'",
    });
  });
});

describe('an unsigned request', () => {
  it('is refused in the format of its service', async () => {
    const object = await fetch(`${endpoint.url}/b/k`);
    const rpc = await fetch(endpoint.url, { method: 'POST', headers: { 'x-amz-target': 'X.Y' }, body: '{}' });

    expect(object.status).toBe(403);
    expect(await object.text()).toContain('<Error><Code>');
    expect(rpc.status).toBe(403);
    expect(await rpc.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it.each([
    '/%',
    '//',
    '/?X-Amz-Signature=x',
    '/b/k?X-Amz-Signature=x&X-Amz-Credential=a%2Fb%2Fc%2Fs3%2Faws4_request',
  ])('of an invalid form, %s, gets a response', async (path) => {
    const answer = await fetch(`${endpoint.url}${path}`);

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('a presigned URL', () => {
  const presign = (
    command = new PutObjectCommand({ Bucket: 'b', Key: 'uploads/t/1 é.wav', ContentType: 'audio/wav' }),
  ) =>
    getSignedUrl(
      new S3Client({ ...settings(), forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' }),
      command,
      {
        expiresIn: 60,
        signableHeaders: new Set(['content-type', 'content-length']),
        unhoistableHeaders: new Set(['content-length']),
      },
    );
  const upload = (url: string, type = 'audio/wav') =>
    fetch(url, { method: 'PUT', body: 'sound', headers: { 'content-type': type } });
  const codeOf = async (answer: Response) => /<Code>(\w+)/.exec(await answer.text())?.[1];

  it('is valid for any caller', async () => {
    const answer = await upload(await presign());

    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-caller')).toBe('arn:aws:iam::000000000000:user/developer');
    expect(answer.headers.get('x-amz-meta-body')).toBe(createHash('sha256').update('sound').digest('hex'));
  });

  it('is valid for its signed headers only', async () => {
    expect(await codeOf(await upload(await presign(), 'text/html'))).toBe('SignatureDoesNotMatch');
  });

  it('does not allow additional headers of AWS', async () => {
    const answer = await fetch(await presign(), {
      method: 'PUT',
      body: 'sound',
      headers: { 'content-type': 'audio/wav', 'x-amz-meta-owner': 'me' },
    });

    expect(await codeOf(answer)).toBe('AccessDenied');
  });

  it('is valid for its object and method only', async () => {
    const url = await presign();

    expect(await codeOf(await upload(url.replace('/t/', '/u/')))).toBe('SignatureDoesNotMatch');
    expect(await codeOf(await fetch(url))).toBe('SignatureDoesNotMatch');
  });

  it('expires', async () => {
    const url = await presign();
    now = minutesLater(2);

    const answer = await upload(url);

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Message>Request has expired</Message>');
  });

  it('cannot be extended', async () => {
    const url = (await presign()).replace('X-Amz-Expires=60', 'X-Amz-Expires=6000000');

    expect(await codeOf(await upload(url))).toBe('AuthorizationHeaderMalformed');
  });
});

describe('the endpoint', () => {
  it('ends open streams when it closes', async () => {
    const session = connect(endpoint.url);
    const closed = new Promise((resolve) => session.once('close', resolve));
    session.on('error', () => {});
    const stream = session.request({ ':method': 'PUT', ':path': '/b/k' });
    stream.on('error', () => {});
    stream.write('never ends');
    await new Promise((resolve) => session.once('connect', resolve));

    await endpoint.close();

    await closed;
    endpoint = await startEndpoint({ port: 0, identities, services: [], logger: aRecordingLogger() });
  });

  it('fails with EADDRINUSE when its port is taken', async () => {
    const second = startEndpoint({
      port: endpoint.port,
      identities,
      services: [],
      logger: aRecordingLogger(),
    });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
