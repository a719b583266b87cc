import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block } from '../blocks/block.ts';
import { linesOf } from './lines.ts';

/** Characters of a piece between two blank lines, about: a longer one is cut at a line's end. */
const pieceChars = 2000;

/**
 * The pieces of source code, of YAML and of settings, which blank lines separate; their lines stay as they are. It knows no language, so
 * that each is read.
 * @param budget looked at before each piece
 */
export function* readCode(source: string, budget: WorkBudget): Generator<Block> {
  let lines: string[] = [];
  let chars = 0;
  const take = (): Block => {
    const text = lines.join('\n');
    lines = [];
    chars = 0;
    return { kind: 'code', text };
  };
  budget();
  for (const { line } of linesOf(source)) {
    if (line.trim() !== '') {
      lines.push(line.trimEnd());
      chars += line.length;
    }
    if (lines.length === 0 || (line.trim() !== '' && chars < pieceChars)) continue;
    budget();
    yield take();
  }
  if (lines.length > 0) yield take();
}
