import { DomainError } from '../../domain/errors.ts';

/** The refusal of a file that lacks the part that makes it a document. */
export const missingPart = (kind: string): DomainError =>
  new DomainError(
    'unsupported-media',
    `The file is no ${kind}: the part that holds its text is missing. Save it again in its program, and upload that.`,
  );
