import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../blocks/block.ts';
import { prefixed } from '../xml/walk-xml.ts';
import { visitPart, walkPart } from '../zip/walk-part.ts';
import { ZipPackage } from '../zip/zip-package.ts';
import { missingPart } from './missing-part.ts';
import { propertiesOf } from './properties.ts';
import { mainPart, relationshipsOf } from './relationships.ts';
import { SlideText } from './slide-text.ts';

/**
 * A presentation of PowerPoint, slide by slide in the order of the show: titles, texts, tables, diagrams, then the speaker's notes. Numbers,
 * dates and footers of slides, comments and charts are left out. Source: ECMA-376 part 1, §13 and §19.
 * @throws DomainError `unsupported-media` with the fault and the remedy
 */
export async function* readPptx({ bytes }: SourceFile, budget: WorkBudget): AsyncGenerator<DocumentPart> {
  const zip = await ZipPackage.open(bytes, budget);
  const main = await mainPart(zip, 'ppt/presentation.xml');
  if (!zip.has(main)) throw missingPart('PowerPoint presentation');
  yield* await propertiesOf(zip, 'docProps/core.xml');
  const related = await relationshipsOf(zip, main);
  const slides: string[] = [];
  await visitPart(zip, main, {
    open(name, attributes) {
      if (name === 'sldId') slides.push(related.get(prefixed(attributes, 'id') ?? '')?.target ?? '');
    },
  });
  for (const [at, part] of slides.entries()) {
    budget();
    yield* slideParts(zip, part, at + 1);
  }
}

async function* slideParts(zip: ZipPackage, part: string, slide: number): AsyncGenerator<DocumentPart> {
  if (!zip.has(part)) {
    yield { kind: 'warning', text: `Slide ${slide} is missing in the file.` };
    return;
  }
  yield* textsOf(zip, part, slide, new SlideText());
  for (const { type, target } of (await relationshipsOf(zip, part)).values()) {
    if (type === 'diagramData') yield* textsOf(zip, target, slide, new SlideText());
    if (type === 'notesSlide') yield* textsOf(zip, target, slide, new SlideText('body'));
  }
}

async function* textsOf(
  zip: ZipPackage,
  part: string,
  slide: number,
  text: SlideText,
): AsyncGenerator<DocumentPart> {
  text.flow.place = { slide };
  for await (const _ of walkPart(zip, part, text)) yield* text.flow.take();
}
