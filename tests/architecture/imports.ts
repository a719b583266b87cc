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

/** The repository's own sources, without the tests beside them. */
export const sourcesOf = (pattern: string): string[] =>
  globSync(pattern, { cwd: root }).filter((file) => !ignored.test(file) && !/\.spec\.ts$/.test(file));

/** Every import of the sources that matches a pattern. */
export function importsOf(pattern: string): Import[] {
  return sourcesOf(pattern).flatMap((from) => {
    const source = readFileSync(join(root, from), 'utf8');
    return [...source.matchAll(specifier)].map(([, name = '']) => ({ from, to: target(from, name) }));
  });
}

function target(from: string, name: string): string {
  if (name.startsWith('@nova/')) return `${name.slice('@nova/'.length)}.ts`;
  return name.startsWith('.') ? relative(root, resolve(root, dirname(from), name)) : name;
}

/** Import cycles of any length, each once, beginning at one of its files. */
export function cycles(imports: readonly Import[]): string[][] {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const found: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file]);
    if (start >= 0 || finished.has(file)) return;
    for (const { to } of targets.get(file) ?? []) visit(to, [...way, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}
