export interface Span {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

const frameSeconds = 0.02;
/** Level over the quietest tenth that counts as sound, and the range it is kept in (root mean square of full scale). */
const overNoise = 3;
const leastLevel = 0.004;
const mostLevel = 0.02;
/** Seconds of quiet inside one utterance, and seconds a sound must last. */
const longestGap = 0.5;
const shortestSound = 0.2;

/** Where something sounds. */
export function soundSpans(samples: Float32Array, sampleRate: number): Span[] {
  const levels = levelsOf(samples, Math.round(frameSeconds * sampleRate));
  const noise = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 10)] ?? 0;
  const threshold = Math.min(mostLevel, Math.max(leastLevel, noise * overNoise));
  const spans: Span[] = [];
  for (const [index, level] of levels.entries()) {
    if (level < threshold) continue;
    const start = index * frameSeconds;
    const last = spans.at(-1);
    if (last && start - last.end <= longestGap)
      spans[spans.length - 1] = { start: last.start, end: start + frameSeconds };
    else spans.push({ start, end: start + frameSeconds });
  }
  return spans.filter(({ start, end }) => end - start >= shortestSound);
}

/** What of a span lies outside others. */
export function without(span: Span, others: readonly Span[]): Span[] {
  let rest = [span];
  for (const other of others) {
    rest = rest.flatMap((part) =>
      [
        { start: part.start, end: Math.min(part.end, other.start) },
        { start: Math.max(part.start, other.end), end: part.end },
      ].filter(({ start, end }) => end - start >= shortestSound),
    );
  }
  return rest;
}

function levelsOf(samples: Float32Array, frame: number): Float32Array {
  const levels = new Float32Array(Math.floor(samples.length / frame));
  for (let index = 0; index < levels.length; index += 1) {
    let power = 0;
    for (let offset = 0; offset < frame; offset += 1) power += (samples[index * frame + offset] ?? 0) ** 2;
    levels[index] = Math.sqrt(power / frame);
  }
  return levels;
}
