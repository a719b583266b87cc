import type { About } from '../blocks/block.ts';

/** Characters of front matter, at most. */
const maxChars = 16 * 1024;
const block = /^---[ \t]*\n((?:[^\n]*\n){1,500}?)(?:---|\.\.\.)[ \t]*(?:\n|$)/;
/** Lines of YAML: a key, a value that continues or a list, a comment, nothing. */
const yamlLine = /^(?:[\w-]+[ \t]*:(?:[ \t].*)?|[ \t]+\S.*|-[ \t].*|#.*|[ \t]*)$/;

/** Facts in front matter by their keys, in lower case. */
const keys: Readonly<Record<string, keyof Pick<About, 'title' | 'author' | 'language'>>> = {
  title: 'title',
  author: 'author',
  lang: 'language',
  language: 'language',
};

/**
 * The front matter that starts a Markdown file, as generators of sites read it: lines of YAML between two lines of `---`.
 * @returns its end, 0 when there is none
 */
export function frontMatter(source: string): { readonly end: number; readonly about: About } {
  const [whole, content = ''] = block.exec(source.slice(0, maxChars)) ?? [];
  const lines = content.split('\n');
  const isYaml =
    lines.every((line) => yamlLine.test(line)) && lines.some((line) => /^[\w-]+[ \t]*:/.test(line));
  if (whole === undefined || !isYaml) return { end: 0, about: {} };
  const about: Record<string, string> = {};
  for (const line of lines) {
    const [, key = '', value = ''] = /^([\w-]+)[ \t]*:[ \t]+(.+)$/.exec(line) ?? [];
    const name = Object.hasOwn(keys, key.toLowerCase()) ? keys[key.toLowerCase()] : undefined;
    const text = unquoted(value.trim());
    if (name && text !== '' && !/^[[{|>&*!]/.test(text)) about[name] = text;
  }
  return { end: whole.length, about };
}

function unquoted(value: string): string {
  const [, , inside] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inside ?? value.replace(/[ \t]+#.*$/, '');
}
