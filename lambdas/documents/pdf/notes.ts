import type { Runs } from './layout/runs.ts';

/** The parts of an annotation of PDF.js that are read; its types leave most of them open. */
export interface Annotation {
  readonly subtype?: string;
  readonly rect?: readonly number[];
  readonly contentsObj?: { readonly str?: string };
  readonly textContent?: readonly string[];
  readonly fieldType?: string | null;
  readonly fieldValue?: unknown;
  readonly exportValue?: string;
  readonly buttonValue?: string | null;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly password?: boolean;
  readonly annotationFlags?: number;
}

/** Flags of annotations that are hidden or not to be viewed (ISO 32000-1, table 165). */
const unseen = 2 | 32;
/** Letters of a field are so high as part of the field, and at most so many units. */
const [fieldPart, fieldSize] = [0.7, 12];
/** Width of a letter as part of its size, as a rule. */
const letterWidth = 0.5;

/** Places the values of a page's form fields where they stand on the page. */
export function addFieldValues(runs: Runs, annotations: readonly Annotation[]): void {
  for (const annotation of annotations) {
    const text = fieldTextOf(annotation);
    const [left = 0, bottom = 0, right = 0, top = 0] = annotation.rect ?? [];
    if (text === '') continue;
    const height = Math.abs(top - bottom);
    const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
    const size = Math.min(fieldSize, (height * fieldPart) / lines.length);
    for (const [at, str] of lines.entries()) {
      const y = Math.min(top, bottom) + (height * (lines.length - at - fieldPart)) / lines.length;
      const width = Math.min(Math.abs(right - left), str.length * size * letterWidth);
      const item = { str, transform: [size, 0, 0, size, Math.min(left, right), y], width, height: size };
      runs.add({ ...item, dir: 'ltr', fontName: '' }, false);
    }
  }
}

/** The notes, the free text and the remarks on highlighted places of a page. */
export function notesOf(annotations: readonly Annotation[]): string[] {
  return annotations
    .filter(
      (annotation) => isSeen(annotation) && !['Widget', 'Popup', 'Link'].includes(annotation.subtype ?? ''),
    )
    .map(({ contentsObj, textContent }) => (contentsObj?.str || textContent?.join('\n') || '').trim())
    .filter((text) => text !== '');
}

const isSeen = ({ annotationFlags = 0 }: Annotation) => (annotationFlags & unseen) === 0;

function fieldTextOf(annotation: Annotation): string {
  const { subtype, fieldType, fieldValue, password } = annotation;
  if (subtype !== 'Widget' || password || !isSeen(annotation)) return '';
  if (fieldType === 'Btn') return isChecked(annotation) ? '☒' : '';
  if (fieldType !== 'Tx' && fieldType !== 'Ch') return '';
  const values: readonly unknown[] = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return values
    .filter((value) => typeof value === 'string')
    .join(', ')
    .trim();
}

function isChecked({ checkBox, radioButton, fieldValue, exportValue, buttonValue }: Annotation): boolean {
  if (typeof fieldValue !== 'string' || fieldValue === 'Off') return false;
  return (
    (checkBox === true && fieldValue === exportValue) || (radioButton === true && fieldValue === buttonValue)
  );
}
