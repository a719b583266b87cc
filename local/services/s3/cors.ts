import type { Stack } from '../../contracts.ts';
import { matchesWildcard } from '../../iam/wildcard.ts';
import { blocksOf, textOf } from '../../stack/read.ts';

/** One CORS rule of a bucket (S3 user guide, "Elements of a CORS configuration"). */
interface CorsRule {
  readonly allowed_origins: readonly string[];
  readonly allowed_methods: readonly string[];
  readonly allowed_headers?: readonly string[];
  readonly expose_headers?: readonly string[];
  readonly max_age_seconds?: number;
}

export interface CorsRequest {
  readonly bucket: string;
  readonly origin: string;
  readonly method: string;
  /** For a preflight: the headers that the browser will send. */
  readonly headers?: readonly string[];
}

/** The CORS rules of the stack's buckets. */
export class Cors {
  readonly #rules: ReadonlyMap<string, readonly CorsRule[]>;

  constructor(stack: Stack) {
    const configurations = stack.of('aws_s3_bucket_cors_configuration');
    this.#rules = new Map(
      configurations.map((resource) => [
        textOf(resource, 'bucket'),
        blocksOf(resource, 'cors_rule') as unknown as CorsRule[],
      ]),
    );
  }

  /**
   * The headers that let a browser's request pass.
   * @returns undefined when no rule of the bucket allows it
   */
  headersFor({ bucket, origin, method, headers }: CorsRequest): Record<string, string> | undefined {
    const rule = this.#rules.get(bucket)?.find((one) => allows(one, origin, method, headers ?? []));
    if (!rule) return undefined;
    const open = rule.allowed_origins.includes('*');
    return {
      'access-control-allow-origin': open ? '*' : origin,
      'access-control-allow-methods': rule.allowed_methods.join(', '),
      ...(open ? {} : { 'access-control-allow-credentials': 'true' }),
      ...(headers?.length ? { 'access-control-allow-headers': headers.join(', ') } : {}),
      ...(rule.expose_headers?.length
        ? { 'access-control-expose-headers': rule.expose_headers.join(', ') }
        : {}),
      ...(rule.max_age_seconds === undefined
        ? {}
        : { 'access-control-max-age': String(rule.max_age_seconds) }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
}

function allows(rule: CorsRule, origin: string, method: string, headers: readonly string[]): boolean {
  const allowedHeaders = rule.allowed_headers ?? [];
  return (
    rule.allowed_origins.some((pattern) => matchesWildcard(pattern, origin)) &&
    rule.allowed_methods.includes(method) &&
    headers.every((header) =>
      allowedHeaders.some((pattern) => matchesWildcard(pattern.toLowerCase(), header.toLowerCase())),
    )
  );
}
