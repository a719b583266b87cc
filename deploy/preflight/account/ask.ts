import { STSClient } from '@aws-sdk/client-sts';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request. The SDK has a client for each service; a signed request needs none of them. */
export interface Question {
  /** The IAM action that allows it. */
  readonly action: string;
  readonly service: 'apigateway' | 'bedrock' | 'ce' | 'lambda' | 'sns';
  readonly region: string;
  /** Path, encoded as it is sent. */
  readonly path: string;
  /** By default a POST with a body, and a GET without one. */
  readonly method?: 'DELETE';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks AWS.
 * @returns the text of the response
 * @throws an error with AWS's name of it and the HTTP status, as the SDK's clients do
 */
export type AskAws = (question: Question) => Promise<string>;

/** Milliseconds for an answer. */
const patience = 5000;

/** Asks AWS with the credentials that the commands use. */
export function signedRequests(region: string): AskAws {
  const { credentials } = new STSClient({ region }).config;
  return async (question) => {
    const { protocol, host } = endpointOf(question);
    const { service, path, body, method = body === undefined ? 'GET' : 'POST' } = question;
    const request = new HttpRequest({
      method,
      protocol,
      hostname: host,
      path,
      headers: { host, accept: 'application/json', ...question.headers },
      ...(body === undefined ? {} : { body }),
    });
    const signer = new SignatureV4({ credentials, region: question.region, service, sha256: Sha256 });
    const { headers } = await signer.sign(request);
    const { host: _, ...sent } = headers;
    const response = await fetch(`${protocol}//${host}${path}`, {
      method,
      headers: sent,
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response, text);
    return text;
  };
}

/** `AWS_ENDPOINT_URL` replaces AWS, as it does for the SDK's clients. */
function endpointOf({ service, region }: Question): Pick<URL, 'protocol' | 'host'> {
  return new URL(process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`);
}

/** The error in a response: named by a header or in the body, as JSON or as XML. */
function errorOf(response: Response, text: string): Error {
  const named =
    response.headers.get('x-amzn-errortype') ??
    /"(?:__type|code)"\s*:\s*"([^"]+)"/.exec(text)?.[1] ??
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ??
    'Unknown';
  const name = named.replace(/^.*#/, '').replace(/:.*$/, '');
  const message =
    /"[Mm]essage"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? /<Message>([^<]+)<\/Message>/.exec(text)?.[1] ?? name;
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: response.status } });
}
