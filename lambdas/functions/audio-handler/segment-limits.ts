import { limits } from '@nova/shared/limits';

/** Seconds of an invocation in which a segment should be transcribed; the rest is reserve for failures. */
const transcribingSeconds = 150;
/** Seconds of audio for one connection: a shorter segment is not worth a second one. */
const secondsPerConnection = 60;

/**
 * Seconds of a recording that one invocation transcribes, so that it is done in time.
 * @param pace seconds of audio sent a second; 0 sends without delay
 */
export function segmentSeconds(pace: number): number {
  const inTime =
    pace === 0 ? Number.POSITIVE_INFINITY : pace * transcribingSeconds * limits.speechConnections;
  return Math.min(limits.speechSegmentSeconds, inTime);
}

/**
 * Concurrent connections to the speech model. Audio is sent at the pace of speech, so several connections share a segment.
 * @param seconds length of the segment
 * @param pace as for {@link segmentSeconds}
 */
export function connectionsFor(seconds: number, pace: number): number {
  if (pace === 0) return 1;
  const wanted = Math.ceil(seconds / (pace * secondsPerConnection));
  return Math.max(1, Math.min(limits.speechConnections, wanted));
}
