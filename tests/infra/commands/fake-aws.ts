import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** State of the fake account. */
export interface Account {
  /** S3's status for the state bucket. */
  stateBucket: number;
  /** Stages that have state. */
  stages: readonly string[];
  /** The image's digest in ECR, or ECR's error when there is no image. */
  image: string | { readonly error: string };
  /** Error of STS when it does not accept the credentials. */
  identityError?: string;
  id: string;
  trustsGitHub: boolean;
  /** The region that the account has the stage in; none when it does not have it. */
  region: string | undefined;
  /** Responses to questions about the account, by the end of their address or target; an error's name instead of a body. */
  readonly answers: Record<string, object | string>;
  /** The live and the newest version of every function; undefined when nothing is deployed. */
  versions?: { readonly live: number; readonly newest: number };
  /** The records of the last apply and the last rollout, by their names. */
  readonly records: Record<string, string>;
  /** Paths of objects that were deleted. */
  readonly deleted: string[];
}

export const digest = `sha256:${'ab'.repeat(32)}`;

export const anAccount = (): Account => ({
  stateBucket: 200,
  stages: ['dev', 'prod'],
  image: digest,
  id: '123456789012',
  trustsGitHub: false,
  records: {},
  region: undefined,
  deleted: [],
  answers: {
    'foundation-model-availability': {
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
    },
    'use-case-for-model-access': { formData: 'e30=' },
    'account-settings': { AccountLimit: { ConcurrentExecutions: 1000 } },
    '/account': { cloudwatchRoleArn: 'arn:aws:iam::123456789012:role/nova-dev-api-gateway-logs' },
    ListCostAllocationTags: { CostAllocationTags: [{ TagKey: 'Stage', Status: 'Active' }] },
    ListSubscriptionsByTopic: { SubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:nova-dev-alarms:1' },
  },
});

/** A fake STS, S3, ECR and Lambda, as far as the commands call them. The local platform has no STS and no ECR. */
export async function startFakeAws(account: Account): Promise<{ url: string; stop: () => void }> {
  const server: Server = createServer((request, response) => {
    void answer(request, response, account);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

async function answer(request: IncomingMessage, response: ServerResponse, account: Account): Promise<void> {
  const send = (status: number, type: string, body = '') =>
    response.writeHead(status, { 'content-type': type }).end(body);
  if (request.method === 'HEAD') return void send(account.stateBucket, 'application/xml');
  const text = request.method === 'POST' ? await textOf(request) : '';
  const asked = `${request.url} ${request.headers['x-amz-target'] ?? ''} ${text}`;
  const [, known] = Object.entries(account.answers).find(([question]) => asked.includes(question)) ?? [];
  if (typeof known === 'string') return void send(403, 'application/json', JSON.stringify({ __type: known }));
  if (asked.includes('ListSubscriptionsByTopic')) return void send(200, 'text/xml', xmlOf(known ?? {}));
  if (known) return void send(200, 'application/json', JSON.stringify(known));
  if (request.method === 'DELETE') {
    account.deleted.push(new URL(request.url ?? '/', 'http://any').pathname);
    return void send(204, 'application/xml');
  }
  if (request.method === 'GET' && request.url?.includes('/functions/')) {
    return void answerAsLambda(request.url, response, account);
  }
  const [, record] = /\/(\w+)\.json/.exec(request.url ?? '') ?? [];
  if (request.method === 'PUT' && record) {
    account.records[record] = await textOf(request);
    return void send(200, 'application/xml');
  }
  if (request.method === 'GET' && record) {
    const text = account.records[record];
    return text === undefined
      ? void send(404, 'application/xml', '<Error><Code>NoSuchKey</Code></Error>')
      : void send(200, 'application/json', text);
  }
  if (request.method === 'GET') {
    const prefixes = account.stages.map(
      (stage) => `<CommonPrefixes><Prefix>${stage}/</Prefix></CommonPrefixes>`,
    );
    return void send(200, 'application/xml', `<ListBucketResult>${prefixes.join('')}</ListBucketResult>`);
  }
  if (request.headers['x-amz-target']) {
    const { image } = account;
    return typeof image === 'string'
      ? void send(
          200,
          'application/x-amz-json-1.1',
          JSON.stringify({ imageDetails: [{ imageDigest: image }] }),
        )
      : void send(
          400,
          'application/x-amz-json-1.1',
          JSON.stringify({ __type: image.error, message: 'none' }),
        );
  }
  if (text.includes('Action=GetRolePolicy')) {
    const { region } = account;
    if (!region) return void send(404, 'text/xml', iamError('NoSuchEntity'));
    const document = encodeURIComponent(`{"Resource":"arn:aws:lambda:${region}:${account.id}:function:f"}`);
    const result = `<GetRolePolicyResult><PolicyDocument>${document}</PolicyDocument></GetRolePolicyResult>`;
    return void send(200, 'text/xml', `<GetRolePolicyResponse>${result}</GetRolePolicyResponse>`);
  }
  if (text.includes('Action=CreateOpenIDConnectProvider')) {
    account.trustsGitHub = true;
    return void send(200, 'text/xml', '<CreateOpenIDConnectProviderResponse/>');
  }
  if (account.identityError) {
    const error = `<Error><Code>${account.identityError}</Code><Message>who?</Message></Error>`;
    return void send(403, 'text/xml', `<ErrorResponse>${error}</ErrorResponse>`);
  }
  const identity = `<Account>${account.id}</Account><UserId>u</UserId><Arn>arn:aws:iam::${account.id}:user/u</Arn>`;
  const result = `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult>`;
  send(200, 'text/xml', `<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
}

const iamError = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>none</Message></Error></ErrorResponse>`;
const xmlOf = (members: object) =>
  Object.entries(members)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answerAsLambda(url: string, response: ServerResponse, { versions }: Account): void {
  const send = (status: number, body: object, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  if (!versions) {
    send(404, { Message: 'none' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
  } else if (url.includes('/aliases/')) {
    send(200, { FunctionVersion: String(versions.live) });
  } else {
    send(200, { Versions: [{ Version: String(versions.live) }, { Version: String(versions.newest) }] });
  }
}
