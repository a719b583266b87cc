import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export interface Import {
  readonly from: string;
  /** Path inside the repository, or the package's name. */
  readonly to: string;
}

const root = resolve(import.meta.dirname, '../..');
const ignored = /(^|\/)(node_modules|dist|cdktf\.out)\//;
const specifier = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Every import of the repository's own TypeScript, tests beside the source left out. */
export function importsOf(pattern: string): Import[] {
  const files = globSync(pattern, { cwd: root }).filter((file) => !ignored.test(file) && !isTest(file));
  return files.flatMap((from) => {
    const source = readFileSync(join(root, from), 'utf8');
    return [...source.matchAll(specifier)].map(([, name = '']) => ({ from, to: target(from, name) }));
  });
}

const isTest = (file: string) => /\.spec\.ts$/.test(file);

function target(from: string, name: string): string {
  if (name.startsWith('@nova/')) return name.slice('@nova/'.length);
  return name.startsWith('.') ? relative(root, resolve(root, dirname(from), name)) : name;
}
