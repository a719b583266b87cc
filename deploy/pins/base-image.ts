import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '@nova/shared/run-main';

/** The base image of a Dockerfile. */
export interface BaseImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Undefined when the image is not pinned. */
  readonly digest?: string;
}

const fromLine = /^FROM ([^/\s]+)\/([^:@\s]+):([^@\s]+)(?:@(sha256:[0-9a-f]{64}))?$/m;

/** @throws UserError when the Dockerfile does not start from an image with a registry and a tag */
export function baseImageOf(dockerfile: string): BaseImage {
  const [, registry, repository, tag, digest] = fromLine.exec(dockerfile) ?? [];
  if (!registry || !repository || !tag) {
    throw new UserError(
      'The Dockerfile has no line of the form FROM <registry>/<repository>:<tag>[@sha256:…].',
    );
  }
  return { registry, repository, tag, ...(digest && { digest }) };
}

/**
 * Pins the base image of a Dockerfile to the image that its tag names now, which changes the tag of the image built from it.
 * @param path of the Dockerfile
 * @returns the digest
 * @throws UserError when the registry does not tell the digest
 */
export async function pinBaseImage(path: string, get: typeof fetch = fetch): Promise<string> {
  const text = readFileSync(path, 'utf8');
  const { registry, repository, tag } = baseImageOf(text);
  const digest = await digestOfTag({ registry, repository, tag }, get);
  writeFileSync(path, text.replace(fromLine, `FROM ${registry}/${repository}:${tag}@${digest}`));
  return digest;
}

/**
 * An index of all platforms first: Dependabot compares its digest too. Docker chooses the platform when it builds.
 * Source: OCI distribution specification 1.1, "Pulling manifests".
 */
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

async function digestOfTag({ registry, repository, tag }: BaseImage, get: typeof fetch): Promise<string> {
  const url = `https://${registry}/v2/${repository}/manifests/${tag}`;
  const ask = (headers: Record<string, string> = {}) =>
    request(get, url, { method: 'HEAD', headers: { accept, ...headers } });
  let response = await ask();
  const challenge = response.headers.get('www-authenticate');
  if (response.status === 401 && challenge) {
    response = await ask({ authorization: `Bearer ${await anonymousToken(challenge, get)}` });
  }
  const digest = response.headers.get('docker-content-digest');
  if (response.ok && digest && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new UserError(
    `${registry} does not tell the digest of ${repository}:${tag} (status ${response.status}).`,
  );
}

/** A token to pull public images. Source: Distribution, "Token authentication specification". */
async function anonymousToken(challenge: string, get: typeof fetch): Promise<string> {
  const { realm, ...parameters } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  if (!realm) return '';
  const response = await request(get, `${realm}?${new URLSearchParams(parameters)}`);
  const { token = '' } = (await response.json()) as { token?: string };
  return token;
}

async function request(get: typeof fetch, url: string, options?: RequestInit): Promise<Response> {
  try {
    return await get(url, options);
  } catch (error) {
    const { cause } = error as { cause?: Error };
    throw new UserError(`${new URL(url).host} cannot be reached: ${(cause ?? (error as Error)).message}.`);
  }
}
