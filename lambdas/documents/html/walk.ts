import { Parser } from 'htmlparser2';
import type { WorkBudget } from '../../runtime/work-budget.ts';

export type Attributes = Readonly<Record<string, string>>;

/** What a page's elements and texts are told to, in their order. */
export interface Visitor {
  open(name: string, attributes: Attributes): void;
  text(text: string): void;
  /** Called once for each element that was opened. */
  close(name: string): void;
}

/** Characters that are parsed at once. */
const windowChars = 64 * 1024;

/** Open elements that are remembered, one in the other. */
const maxDepth = 512;

/**
 * Walks over a page. It is never parsed into a tree, which would take some fifty times its size. Pauses after each window of the source.
 * @param budget looked at before each window
 */
export function* walk(source: string, visitor: Visitor, budget: WorkBudget): Generator<void> {
  /** Names of the open elements, the outermost first. */
  const open: string[] = [];
  const close = (name: string) => {
    if (open.at(-1) !== name) return;
    open.pop();
    visitor.close(name);
  };
  const parser = new Parser({
    onopentag: (name, attributes) => {
      open.push(name);
      visitor.open(name, attributes);
      if (forgetOutermost(parser)) visitor.close(open.shift() ?? '');
    },
    ontext: (text) => visitor.text(text),
    onclosetag: close,
  });
  for (let at = 0; at < source.length; at += windowChars) {
    budget();
    parser.write(source.slice(at, at + windowChars));
    yield;
  }
  parser.end();
  while (open.length > 0) close(open.at(-1) ?? '');
  yield;
}

/**
 * Ends the outermost of too many open elements: with each tag, the parser moves and searches the whole list of them, so a page
 * of tags that never close would take the square of its length.
 */
function forgetOutermost(parser: Parser): boolean {
  // Private in the types of htmlparser2 10.1.0: the names of the open elements, and whether each is SVG or MathML; innermost first.
  const { stack, foreignContext } = parser as unknown as { stack: string[]; foreignContext: boolean[] };
  const isTooDeep = stack.length > maxDepth;
  if (isTooDeep) stack.pop();
  if (foreignContext.length > maxDepth) foreignContext.pop();
  return isTooDeep;
}
