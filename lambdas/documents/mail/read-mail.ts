import PostalMime, { type Address } from 'postal-mime';
import { DomainError } from '../../domain/errors.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, SourceFile } from '../blocks/block.ts';
import { readHtml } from '../html/read-html.ts';
import { readText } from '../plain-text/read-text.ts';

/** Bounds of headers and of parts within parts. Our own: mail programs write some kilobytes, and a forwarded message is a part. */
const bounds = { maxHeadersSize: 512 * 1024, maxNestingDepth: 64, maxRfc822NestingDepth: 5 };

/** Attachments that are named. */
const shownAttachments = 100;

/**
 * An e-mail message (RFC 5322, MIME): who wrote it to whom, when and about what, then its text; of a text in two forms the plain one.
 * Attachments are named, not read.
 * @throws DomainError `unsupported-media` when it is none
 * @param budget looked at while its text is read
 */
export async function* readMail({ bytes }: SourceFile, budget: WorkBudget): AsyncGenerator<DocumentPart> {
  budget();
  const mail = await PostalMime.parse(bytes, bounds).catch((cause: unknown) => {
    throw refused(
      'The message cannot be read: its parts are nested too deeply, or its headers are too long.',
      cause,
    );
  });
  budget();
  const { subject = '', from, to = [], cc = [], date, text = '', html = '', attachments } = mail;
  if (mail.headers.length === 0) throw refused('The file is not an e-mail message: it has no headers.');
  const author = from ? nameOf(from) : '';
  yield {
    kind: 'about',
    ...(subject.trim() === '' ? {} : { title: subject.trim() }),
    ...(author === '' ? {} : { author }),
  };
  if (subject.trim() !== '') yield { kind: 'heading', level: 1, text: subject.trim() };
  const head = [
    author === '' ? '' : `From: ${author}`,
    to.length === 0 ? '' : `To: ${to.slice(0, 50).map(nameOf).join(', ')}`,
    cc.length === 0 ? '' : `Cc: ${cc.slice(0, 50).map(nameOf).join(', ')}`,
    date === undefined ? '' : `Date: ${date}`,
  ].filter((line) => line !== '');
  if (head.length > 0) yield { kind: 'paragraph', text: head.join('\n') };
  if (text.trim() !== '') yield* readText(text, budget);
  else {
    for (const part of readHtml(html, budget)) if (part.kind !== 'about') yield part;
  }
  const names = attachments
    .filter(({ related, filename }) => !related || filename)
    .slice(0, shownAttachments)
    .map(({ filename, mimeType }) => `${filename ?? 'without a name'} (${mimeType})`);
  for (const name of names) yield { kind: 'item', text: `Attachment: ${name}` };
  if (names.length > 0) {
    yield {
      kind: 'warning',
      text: `Attachments are not read: ${names.join(', ')}; upload them by themselves.`,
    };
  }
}

const nameOf = (address: Address): string =>
  address.group
    ? address.name
    : address.name === '' || address.name === address.address
      ? address.address
      : `${address.name} <${address.address}>`;

const refused = (what: string, cause?: unknown) =>
  new DomainError('unsupported-media', `${what} Save the message again, or as PDF, and upload that.`, {
    cause,
  });
