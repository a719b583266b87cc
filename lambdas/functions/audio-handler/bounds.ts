import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';

/** Seconds of an invocation in which its connections should be done with a part; the rest is for what goes wrong. */
const listeningSeconds = 150;
/** Seconds of a recording that one connection should take: shorter parts are not worth a second one. */
const secondsPerConnection = 60;

/**
 * Seconds of a recording that one invocation takes, so that its connections are done in time.
 * @param pace seconds of audio sent a second; 0 for as fast as it is taken
 */
export function partSeconds(pace: number): number {
  const inTime = pace === 0 ? Number.POSITIVE_INFINITY : pace * listeningSeconds * limits.speechConnections;
  return Math.min(limits.speechPartSeconds, inTime);
}

/**
 * Connections to the speech model at once. Speech goes out at its own pace, so a part is listened to in several places
 * side by side.
 * @param seconds length of the part
 * @param pace as for {@link partSeconds}
 */
export function connectionsFor(seconds: number, pace: number): number {
  if (pace === 0) return 1;
  const wanted = Math.ceil(seconds / (pace * secondsPerConnection));
  return Math.max(1, Math.min(limits.speechConnections, wanted));
}

/** @throws DomainError `unsupported-media` when a recording is too long to transcribe */
export function refuseLength(seconds: number): void {
  if (seconds <= limits.recordingSeconds) return;
  const lengths = `The recording lasts ${minutes(seconds)} minutes, and ${minutes(limits.recordingSeconds)} can be transcribed`;
  throw new DomainError('unsupported-media', `${lengths}; upload it in parts.`);
}

const minutes = (seconds: number) => Math.ceil(seconds / 60);
