import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';

const refused = (detail: string, options?: ErrorOptions) =>
  new DomainError('unsupported-media', detail, options);

export const tooManyPages = (pages: number) =>
  refused(
    `The PDF has ${pages} pages, and ${limits.documentPages} can be indexed; split it and upload the pieces.`,
  );

export const noText = () =>
  refused(
    'The PDF holds no text: its pages are blank, or their letters are drawn as lines. Run text recognition on it, and upload it again.',
  );

/** @param picture why a picture that a page consists of is not decoded */
export const noReadablePage = (picture?: string) =>
  refused(
    picture === undefined
      ? 'No page of the PDF can be read: its fonts do not say which characters they show, or it is damaged. Run text recognition on it, and upload it again.'
      : `No page of the PDF can be read: ${picture}.`,
  );

export function unreadable(error: Error): DomainError {
  if (error.name === 'PasswordException') {
    return refused('The PDF is protected by a password; save it without one, and upload it again.', {
      cause: error,
    });
  }
  return refused('The PDF cannot be read; it may be damaged. Check that it opens, and upload it again.', {
    cause: error,
  });
}
