import { speechLanguages, transcribeLanguages } from '@nova/shared/models';
import { DomainError } from '../../domain/errors.ts';

/** Whether the speech model understands a language; it detects one that is not given. */
export function isSpoken(language: string | undefined): boolean {
  const first = language?.split('-')[0];
  return first === undefined || speechLanguages.some((known) => known === first);
}

/** Amazon Transcribe's code of a language tag: itself, or the first of the codes for the same language. */
export function transcribeCode(language: string): string | undefined {
  const [first] = language.split('-');
  return (
    transcribeLanguages.find((code) => code.toLowerCase() === language.toLowerCase()) ??
    transcribeLanguages.find((code) => code.split('-')[0] === first)
  );
}

/**
 * Refuses a language that neither the speech model nor Amazon Transcribe understands.
 * @param language a language tag, such as `en-US`; undefined to detect it
 * @throws DomainError `unsupported-media`
 */
export function refuseLanguage(language: string | undefined): void {
  if (isSpoken(language) || (language !== undefined && transcribeCode(language))) return;
  const known = [...new Set([...speechLanguages, ...transcribeLanguages.map((code) => code.split('-')[0])])];
  const detail = `language: ${language} is not supported; supported are ${known.join(', ')}.`;
  throw new DomainError('unsupported-media', detail);
}
