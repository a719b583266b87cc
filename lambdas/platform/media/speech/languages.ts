import { speechLanguages } from '@nova/shared/models';
import { DomainError } from '../../../domain/errors.ts';

/**
 * Refuses a language the speech model does not understand.
 * @param language a language tag, such as `en-US`; undefined to have it detected
 * @throws DomainError `unsupported-media`
 */
export function refuseLanguage(language: string | undefined): void {
  const spoken = language?.split('-')[0];
  if (spoken === undefined || speechLanguages.some((known) => known === spoken)) return;
  const detail = `language: ${language} is not supported yet; supported are ${speechLanguages.join(', ')}.`;
  throw new DomainError('unsupported-media', detail);
}
