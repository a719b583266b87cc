/** All channels mixed into one. The first channel itself where it is the only one. */
export function mixed(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  const mix = Float32Array.from(first);
  for (const channel of others) {
    for (let at = 0; at < mix.length; at += 1) mix[at] = (mix[at] ?? 0) + (channel[at] ?? 0);
  }
  for (let at = 0; at < mix.length; at += 1) mix[at] = (mix[at] ?? 0) / channels.length;
  return mix;
}

/**
 * Passes on what comes at and after a place.
 * @param at place of the first sample of `samples`
 * @returns undefined when all of it is before
 */
export function since(from: number, at: number, samples: Float32Array): Float32Array | undefined {
  const rest = samples.subarray(Math.max(0, Math.min(samples.length, from - at)));
  return rest.length > 0 ? rest : undefined;
}
