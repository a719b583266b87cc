/** A run of `*`, `_` or `~` that may open or close emphasis. */
export interface DelimiterRun {
  readonly char: string;
  readonly length: number;
  readonly opens: boolean;
  readonly closes: boolean;
  /** Marks of the run that are text. */
  left: number;
}

/**
 * The run that starts at a place of a text. Source: CommonMark 0.31.2, §6.2, "left-flanking" and "right-flanking"; GitHub's
 * strikethrough has one or two tildes.
 */
export function delimiterRun(text: string, start: number, length: number): DelimiterRun {
  const char = text.charAt(start);
  const before = kindOf(lastCharacter(text, start));
  const after = kindOf(String.fromCodePoint(text.codePointAt(start + length) ?? space));
  const left = after !== 'space' && (after === 'letter' || before !== 'letter');
  const right = before !== 'space' && (before === 'letter' || after !== 'letter');
  const within = char === '_';
  const isText = char === '~' && length > 2;
  return {
    char,
    length,
    opens: !isText && left && (!within || !right || before === 'mark'),
    closes: !isText && right && (!within || !left || after === 'mark'),
    left: length,
  };
}

const space = 0x20;

function lastCharacter(text: string, end: number): string {
  const low = text.charCodeAt(end - 1) >> 10 === 0x37;
  return text.slice(Math.max(0, end - (low ? 2 : 1)), end);
}

function kindOf(character: string): 'space' | 'mark' | 'letter' {
  if (/^\s?$/.test(character)) return 'space';
  return /[\p{P}\p{S}]/u.test(character) ? 'mark' : 'letter';
}

/**
 * Pairs the runs of a text and takes the marks of each pair away. Every run is searched at most once for each kind of closing
 * run, so the time is linear. Source: CommonMark 0.31.2, "An algorithm for parsing nested emphasis and links".
 */
export function pairDelimiters(runs: readonly DelimiterRun[]): void {
  /** Runs that may still be closed. */
  const open: DelimiterRun[] = [];
  /** By kind of closing run, the number of the open runs that are none of its openers. */
  const searched = new Map<string, number>();
  const truncate = (length: number) => {
    open.length = length;
    for (const [kind, count] of searched) if (count > length) searched.set(kind, length);
  };
  for (const run of runs) {
    while (run.closes && run.left > 0) {
      const kind = `${run.char}${run.opens}${run.char === '~' ? run.length : run.length % 3}`;
      const at = lastOpener(open, searched.get(kind) ?? 0, run);
      const opener = open[at];
      if (!opener) {
        searched.set(kind, open.length);
        break;
      }
      const used = Math.min(opener.left, run.left, 2);
      opener.left -= used;
      run.left -= used;
      truncate(opener.left > 0 ? at + 1 : at);
    }
    if (run.opens && run.left > 0) open.push(run);
  }
}

/** @returns the place of the last opener from a place on, or -1 */
function lastOpener(open: readonly DelimiterRun[], from: number, closer: DelimiterRun): number {
  for (let at = open.length - 1; at >= from; at -= 1) {
    const candidate = open[at];
    if (candidate && pairs(candidate, closer)) return at;
  }
  return -1;
}

function pairs(opener: DelimiterRun, closer: DelimiterRun): boolean {
  if (opener.char !== closer.char) return false;
  if (opener.char === '~') return opener.length === closer.length;
  const either = opener.closes || closer.opens;
  return !either || closer.length % 3 === 0 || (opener.length + closer.length) % 3 !== 0;
}
