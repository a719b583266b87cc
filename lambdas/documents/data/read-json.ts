import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { jsonTokens, notJson } from './json-tokens.ts';

/** Tokens between two looks at the budget. */
const tokensAtOnce = 5000;
/** Characters of a record, about: a longer one is several blocks. */
const recordChars = 2000;
/** Keys above a value that are shown, and characters of one. */
const [shownKeys, keyChars] = [4, 80];
/** Containers that may be open, one in the other. */
const maxDepth = 512;

/** What may come next. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

interface Container {
  readonly isObject: boolean;
  key: string | undefined;
}

/**
 * The values of JSON, and of JSON Lines, as people read them: a line for each, after its keys, as in `owner.name: Ada`. A record, which is
 * an object in a list or on a line of its own, is a block. It is never parsed into a tree, which takes some twenty times its size.
 * @throws DomainError `unsupported-media` with the line where it is no JSON
 * @param budget looked at before each few thousand values
 */
export function* readJson(source: string, budget: WorkBudget): Generator<Block> {
  const open: Container[] = [];
  const record = new RecordLines();
  let [expected, count]: [Expected, number] = ['value', 0];
  for (const { token, at } of jsonTokens(source)) {
    if (count % tokensAtOnce === 0) budget();
    count += 1;
    const top = open.at(-1);
    const ended = (): Expected => (open.length > 0 ? 'comma or end' : 'value');
    if (token.mark === undefined) {
      if (expected === 'key' || expected === 'key or end') {
        if (!token.isString || !top) throw notJson(source, at - 1);
        top.key = token.value;
        expected = 'colon';
        continue;
      }
      if (expected !== 'value' && expected !== 'value or end') throw notJson(source, at - 1);
      if (token.value !== '' && (token.isString || token.value !== 'null'))
        record.add(pathOf(open), token.value);
      if (record.chars > recordChars || open.length === 0) yield* record.take();
      expected = ended();
      continue;
    }
    const { mark } = token;
    if ((mark === '{' || mark === '[') && (expected === 'value' || expected === 'value or end')) {
      open.push({ isObject: mark === '{', key: undefined });
      if (open.length > maxDepth) throw new RangeError('JSON is nested too deeply');
      expected = mark === '{' ? 'key or end' : 'value or end';
    } else if (mark === ':' && expected === 'colon') expected = 'value';
    else if (mark === ',' && expected === 'comma or end') expected = top?.isObject ? 'key' : 'value';
    else if (isEnd(mark, top, expected)) {
      open.pop();
      const isRecord = mark === '}' && !open.at(-1)?.isObject;
      if (isRecord || open.length === 0) yield* record.take();
      expected = ended();
    } else throw notJson(source, at - 1);
  }
  if (open.length > 0) throw notJson(source, source.length);
  yield* record.take();
}

const isEnd = (mark: string, top: Container | undefined, expected: Expected): boolean =>
  top !== undefined && mark === (top.isObject ? '}' : ']') && expected.endsWith('or end');

/** The keys above a value, without the numbers of lists. */
function pathOf(open: readonly Container[]): string {
  const keys: string[] = [];
  for (let at = open.length - 1; at >= 0 && keys.length < shownKeys; at -= 1) {
    const key = open[at]?.key;
    if (key !== undefined) keys.unshift(key.slice(0, keyChars));
  }
  return keys.join('.');
}

/** The lines of a record. Values of the same list are on one line. */
class RecordLines {
  #lines: { readonly path: string; readonly values: string[] }[] = [];
  chars = 0;

  add(path: string, value: string): void {
    const last = this.#lines.at(-1);
    if (last?.path === path) last.values.push(value);
    else this.#lines.push({ path, values: [value] });
    this.chars += value.length + (last?.path === path ? 2 : path.length + 3);
  }

  *take(): Generator<Block> {
    const lines = this.#lines.map(({ path, values }) => (path === '' ? '' : `${path}: `) + values.join(', '));
    this.#lines = [];
    this.chars = 0;
    if (lines.length > 0) yield { kind: 'paragraph', text: lines.join('\n') };
  }
}
