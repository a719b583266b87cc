import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '@nova/shared/run-main';

const library = join(
  dirname(createRequire(import.meta.url).resolve('@cdktf/provider-aws/package.json')),
  'lib',
);

/** A type without bindings. */
export class UnknownTypeError extends UserError {
  override readonly name = 'UnknownTypeError';
}

/**
 * The TypeScript source of the bindings of a resource or data source: unlike the JavaScript, it shows whether an argument is
 * required. Their source maps contain it.
 * @param type `aws_sqs_queue`
 * @throws UnknownTypeError
 */
export function sourceOf(type: string, kind: 'resource' | 'data'): string {
  const name = type.replace(/^aws_/, '').replaceAll('_', '-');
  const file = join(library, kind === 'data' ? `data-aws-${name}` : name, 'index.js');
  if (!existsSync(file)) {
    throw new UnknownTypeError(
      `${type}: the bindings have no such ${kind === 'data' ? 'data source' : 'resource'}`,
    );
  }
  const [, encoded = ''] =
    /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(readFileSync(file, 'utf8')) ?? [];
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sourcesContent?: string[] };
  const [source] = map.sourcesContent ?? [];
  if (!source) throw new Error(`${file} has no source map with its source`);
  return source;
}
