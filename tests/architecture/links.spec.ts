import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md']);
const textOf = (page: string) => readFileSync(page, 'utf8');
/** The page without code blocks, which are not prose. */
const proseOf = (page: string) => textOf(page).replace(/^```.*?^```/gms, '');

/** Anchors of a page's headings, as GitHub generates them. */
function anchorsOf(page: string): string[] {
  const headings = proseOf(page).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Relative links of a page, each with its fault. */
function brokenLinks(page: string): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative('', resolve(dirname(page), path));
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
}

const folders = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['node_modules', '.git', 'cdktf.out'].includes(entry.name))
  .map(({ name }) => name);
const generated = /(^|\/)(dist|node_modules)(\/|$)/;
const sources = new Set(
  globSync(['*.ts', `{${folders.join(',')}}/**/*.{ts,yml,tf,json}`], {
    exclude: (path) => generated.test(path),
  }).map((path) => basename(path)),
);

/** Paths and names of sources that a page mentions as code. */
function missingPaths(page: string): string[] {
  const mentioned = [...proseOf(page).matchAll(/`([\w./*@-]+)`/g)].map(([, path = '']) => path);
  return mentioned.filter((path) => {
    if (generated.test(path)) return false;
    if (!path.includes('/')) return /\w\.ts$/.test(path) && !sources.has(path);
    if (!folders.includes(path.split('/', 1)[0] ?? '')) return false;
    return path.includes('*') ? globSync(path).length === 0 : !existsSync(path);
  });
}

/** Targets of `make` in commands, inline or in code blocks, that the Makefile does not have. */
function missingTargets(page: string): string[] {
  const text = textOf(page);
  const commands = [...text.matchAll(/(?:`|^)make ([a-z]+)/gm)].map(([, target = '']) => target);
  return commands.filter((target) => !targets.has(target));
}

const targets = new Set([...textOf('Makefile').matchAll(/^([a-z]+):/gm)].map(([, target = '']) => target));

/**
 * Messages that a table quotes in its first column and that no source of a folder contains; `…` stands for the variable
 * part.
 */
function missingMessages(page: string, heading: string, folder: string): string[] {
  const sourceText = globSync(`${folder}/**/*.ts`, { exclude: (path) => generated.test(path) })
    .filter((path) => !path.endsWith('.spec.ts'))
    .map(textOf)
    .join('\n');
  const [, table = ''] = textOf(page).split(`| ${heading} |`);
  const cells = [
    ...table
      .split('\n\n', 1)
      .join()
      .matchAll(/^\| ([^|]+) \|/gm),
  ].map(([, cell = '']) => cell);
  const messages = cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
  );
  return messages.filter((message) => message.split('…').some((piece) => !sourceText.includes(piece.trim())));
}

describe('the documentation', () => {
  it('has pages to check', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', join('docs', 'glossary.md')]),
    );
  });

  it.each(pages)('%s links only to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages.filter((page) => page !== 'CHANGELOG.md'))('%s names only files that exist', (page) => {
    expect(missingPaths(page)).toEqual([]);
  });

  it.each(pages)('%s has no marks of an unfinished merge', (page) => {
    expect(textOf(page)).not.toMatch(/^(?:<{7}|>{7}) /m);
  });

  it.each(pages)('%s names only targets of the Makefile', (page) => {
    expect(missingTargets(page)).toEqual([]);
  });

  it.each([
    ['docs/operations.md', 'it prints', 'cli'],
    ['docs/operations.md', 'message', 'cli'],
    ['docs/local.md', 'message', 'local'],
  ])('%s, at "%s", quotes only messages of %s/', (page, heading, folder) => {
    expect(missingMessages(page, heading, folder)).toEqual([]);
  });
});
