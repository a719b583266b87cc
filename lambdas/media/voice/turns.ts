import { pitchOf } from './pitch.ts';
import { type Utterance, utteranceSeconds } from './utterances.ts';

/** How far apart in pitch two stretches of speech are when two people speak; a third, as a logarithm. */
const otherVoice = Math.log(4 / 3);

/** Seconds of speech that a pitch can be told from. */
const leastHeard = 0.3;

/** Part of an utterance between two short silences. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly pitch: number | undefined;
}

/**
 * Cuts utterances once more where the speaker changes at a short silence: people do not wait for each other to have
 * paused. The change is heard by the pitch alone, so voices that are alike stay together.
 */
export async function* speakerTurns(
  utterances: AsyncIterable<Utterance>,
  sampleRate: number,
): AsyncGenerator<Utterance> {
  for await (const utterance of utterances) {
    const turns = turnsOf(utterance, sampleRate);
    if (turns.length < 2) yield utterance;
    else for (const turn of turns) yield part(utterance, turn, sampleRate);
  }
}

function turnsOf(utterance: Utterance, sampleRate: number): Stretch[] {
  const turns: Stretch[] = [];
  for (const stretch of stretchesOf(utterance, sampleRate)) {
    const last = turns.at(-1);
    if (!last || isOther(last.pitch, stretch.pitch)) turns.push(stretch);
    else
      turns[turns.length - 1] = { start: last.start, end: stretch.end, pitch: last.pitch ?? stretch.pitch };
  }
  return turns;
}

function stretchesOf(utterance: Utterance, sampleRate: number): Stretch[] {
  const { pauses, start, end } = utterance;
  const starts = [start, ...pauses.map((pause) => pause.end)];
  const ends = [...pauses.map((pause) => pause.start), end];
  return starts.map((from, place) => {
    const to = ends[place] ?? end;
    const isEnough = to - from >= leastHeard;
    const pitch = isEnough ? pitchOf(samplesOf(utterance, from, to, sampleRate), sampleRate) : undefined;
    return { start: from, end: to, pitch };
  });
}

/** A stretch without a pitch, as a whispered one, belongs to whoever spoke before. */
const isOther = (a: number | undefined, b: number | undefined) =>
  a !== undefined && b !== undefined && Math.abs(Math.log(a / b)) > otherVoice;

function part(utterance: Utterance, { start, end }: Stretch, sampleRate: number): Utterance {
  const pauses = utterance.pauses.filter((pause) => pause.start >= start && pause.end <= end);
  // Half of the silence to the neighbour at most, so that nothing of the neighbour is heard.
  const margin = Math.min(utteranceSeconds.margin, utteranceSeconds.shortPause / 2);
  const samples = samplesOf(utterance, start - margin, end + margin, sampleRate);
  return { start, end, pauses, samples, heardFrom: Math.max(utterance.heardFrom, start - margin) };
}

function samplesOf(
  { samples, heardFrom }: Utterance,
  from: number,
  to: number,
  sampleRate: number,
): Float32Array {
  const place = (time: number) => Math.max(0, Math.round((time - heardFrom) * sampleRate));
  return samples.slice(place(from), place(to));
}
