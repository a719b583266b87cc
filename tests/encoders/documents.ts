import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as article from './article.ts';
import { run } from './installed.ts';

/** Programs that people write documents with. */

/** What the article is in a file: as a text, as slides, as a sheet, or as a picture of the text. */
export type Form = 'text' | 'slides' | 'sheet' | 'picture';

export interface Encoder {
  /** As people call it. */
  readonly name: string;
  /** Programs that it takes. */
  readonly programs: readonly string[];
  readonly form: Form;
  /** Extension of the file. */
  readonly extension: string;
  /** Writes the file into a folder of its own. @returns its path */
  write(folder: string): Promise<string>;
}

const sources = {
  text: ['article.fodt', article.flatText],
  slides: ['article.fodp', article.flatSlides],
  sheet: ['article.fods', article.flatSheet],
} as const;

async function byLibreOffice(folder: string, form: keyof typeof sources, extension: string): Promise<string> {
  const [name, source] = sources[form];
  await writeFile(join(folder, name), source);
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const to = ['--convert-to', extension, '--outdir', folder, join(folder, name)];
  await run('soffice', [profile, '--headless', ...to]);
  return join(folder, `article.${extension}`);
}

const libreOffice = (form: keyof typeof sources, extension: string): Encoder => ({
  ...{ name: 'LibreOffice', programs: ['soffice'], form, extension },
  write: (folder) => byLibreOffice(folder, form, extension),
});

const pandoc = (form: Form, extension: string): Encoder => ({
  ...{ name: 'Pandoc', programs: ['pandoc'], form, extension },
  async write(folder) {
    const [source, path] = [join(folder, 'article.md'), join(folder, `article.${extension}`)];
    await writeFile(source, article.markdown);
    await run('pandoc', ['--standalone', '--metadata', 'pagetitle=Article', source, '-o', path]);
    return path;
  },
});

/** A program that makes a PDF of LibreOffice's. */
const fromPdf = (
  name: string,
  program: string,
  args: (from: string, to: string) => readonly string[],
): Encoder => ({
  ...{ name, programs: ['soffice', program], form: 'text', extension: 'pdf' },
  async write(folder) {
    const [from, to] = [await byLibreOffice(folder, 'text', 'pdf'), join(folder, 'again.pdf')];
    await run(program, args(from, to));
    return to;
  },
});

const ghostscript = (name: string, ...more: string[]) =>
  fromPdf(name, 'gs', (from, to) => [
    ...['-q', '-dNOPAUSE', '-dBATCH', '-sDEVICE=pdfwrite', ...more, `-sOutputFile=${to}`, from],
  ]);

const scan: Encoder = {
  ...{ name: 'img2pdf', programs: ['soffice', 'pdftoppm', 'img2pdf'], form: 'picture', extension: 'pdf' },
  async write(folder) {
    const [from, to] = [await byLibreOffice(folder, 'text', 'pdf'), join(folder, 'scan.pdf')];
    await run('pdftoppm', ['-r', '100', '-jpeg', '-singlefile', from, join(folder, 'page')]);
    await run('img2pdf', [join(folder, 'page.jpg'), '-o', to]);
    return to;
  },
};

export const encoders: readonly Encoder[] = [
  ...['docx', 'odt', 'rtf', 'epub', 'html', 'pdf'].map((extension) => libreOffice('text', extension)),
  ghostscript('Ghostscript'),
  ghostscript('Ghostscript, with a password', '-sOwnerPassword=a', '-sUserPassword=b'),
  fromPdf('Cairo (pdftocairo)', 'pdftocairo', (from, to) => ['-pdf', from, to]),
  scan,
  ...['pptx', 'odp'].map((extension) => libreOffice('slides', extension)),
  ...['xlsx', 'ods', 'csv'].map((extension) => libreOffice('sheet', extension)),
  ...['docx', 'odt', 'rtf', 'epub', 'html', 'pptx'].map((extension) => pandoc('text', extension)),
];
