import { limits } from '@nova/shared/limits';

/** Seconds of an invocation in which its connections should be done with a segment; the rest is for what goes wrong. */
const listeningSeconds = 150;
/** Seconds of a recording that one connection should take: shorter segments are not worth a second one. */
const secondsPerConnection = 60;

/**
 * Seconds of a recording that one invocation takes, so that its connections are done in time.
 * @param pace seconds of audio sent a second; 0 for as fast as it is taken
 */
export function segmentSeconds(pace: number): number {
  const inTime = pace === 0 ? Number.POSITIVE_INFINITY : pace * listeningSeconds * limits.speechConnections;
  return Math.min(limits.speechSegmentSeconds, inTime);
}

/**
 * Connections to the speech model at once. Speech goes out at its own pace, so a segment is listened to in several places
 * side by side.
 * @param seconds length of the segment
 * @param pace as for {@link segmentSeconds}
 */
export function connectionsFor(seconds: number, pace: number): number {
  if (pace === 0) return 1;
  const wanted = Math.ceil(seconds / (pace * secondsPerConnection));
  return Math.max(1, Math.min(limits.speechConnections, wanted));
}
