/** What can be made to go wrong with a call to a model. */
export const modelFaults = [
  'throttle',
  'timeout',
  'error',
  'unavailable',
  'malformed',
  'cut',
  'silence',
  'slow',
] as const;
export type ModelFault = (typeof modelFaults)[number];
