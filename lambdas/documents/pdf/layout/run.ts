/** A piece of text in one font on a page, in coordinates that turn with the text: x along the line, y up across the lines. */
export interface Run {
  readonly text: string;
  /** From the start of the line to the run's two ends, in units of the page. */
  readonly x: number;
  readonly end: number;
  /** The baseline. */
  readonly y: number;
  /** Of the font, in units of the page. */
  readonly size: number;
  /** It reads from right to left. */
  readonly rtl: boolean;
  /** The file has a space between it and the run drawn before it. */
  readonly spaced: boolean;
  /** Place among the runs of the page in the order of drawing. */
  readonly order: number;
}

/** Part of its font's size that a letter rises above the baseline. */
const ascent = 0.7;

/** Part of the smaller run's height that two runs of a line have in common. */
const leastCommon = 0.3;

/** The band of a line that a run takes, from the baseline up. */
export const topOf = ({ y, size }: Run): number => y + size * ascent;

/** Whether two runs stand on one line, also where one of them is raised or lowered. */
export function shareLine(one: Run, other: Run): boolean {
  const common = Math.min(topOf(one), topOf(other)) - Math.max(one.y, other.y);
  return common >= leastCommon * ascent * Math.min(one.size, other.size);
}
