import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';

/** Seconds of an invocation that go into listening; the rest is for reading, writing and a lost connection. */
const listeningSeconds = 240;
/** Seconds of a recording that one connection should take: shorter recordings are not worth a second one. */
const secondsPerConnection = 60;

/**
 * Connections to the speech model at once. Speech goes out at its own pace, so a long recording is listened to in
 * several places side by side, as many as it takes to be done in time.
 * @param seconds length of the recording
 * @param pace seconds of audio sent a second; 0 for as fast as it is taken
 * @throws DomainError `unsupported-media` when it is too long for that
 */
export function connectionsFor(seconds: number, pace: number): number {
  const inTime = pace === 0 ? Number.POSITIVE_INFINITY : pace * listeningSeconds * limits.speechConnections;
  const most = Math.min(limits.recordingSeconds, inTime);
  if (seconds > most) {
    const lengths = `The recording lasts ${minutes(seconds)} minutes, and ${minutes(most)} can be transcribed`;
    throw new DomainError('unsupported-media', `${lengths}; upload it in parts.`);
  }
  if (pace === 0) return 1;
  const wanted = Math.ceil(seconds / (pace * secondsPerConnection));
  return Math.max(1, Math.min(limits.speechConnections, wanted));
}

const minutes = (seconds: number) => Math.ceil(seconds / 60);
