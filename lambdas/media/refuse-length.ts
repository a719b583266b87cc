import { limits } from '@nova/shared/limits';
import { DomainError } from '../domain/errors.ts';

/**
 * @param seconds of the recording or video
 * @param work what is to be done with it: `transcribed`
 * @throws DomainError `unsupported-media` when it lasts too long for that
 */
export function refuseLength(seconds: number, work: 'transcribed' | 'analysed' | 'indexed'): void {
  if (seconds <= limits.recordingSeconds) return;
  const lengths = `The file lasts ${minutes(seconds)} minutes, and ${minutes(limits.recordingSeconds)} can be ${work}`;
  throw new DomainError('unsupported-media', `${lengths}; upload it in parts.`);
}

const minutes = (seconds: number) => Math.ceil(seconds / 60);
