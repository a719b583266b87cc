import type { Analysis } from '@nova/shared/api/media';
import type { Passage } from '../../../documents/passages.ts';

/** Passages of what was seen: each scene, and each anomaly. */
export function scenePassages({ scenes, anomalies }: Analysis): Passage[] {
  return [
    ...scenes.map(({ start, end, description }) => ({ start, end, text: description })),
    ...anomalies
      .filter(({ reason }) => reason.trim() !== '')
      .map(({ start, end, severity, reason }) => ({ start, end, text: `Anomaly (${severity}): ${reason}` })),
  ];
}
