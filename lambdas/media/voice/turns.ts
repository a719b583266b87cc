import { pitchOf } from './pitch.ts';
import { type Utterance, utteranceSeconds } from './utterances.ts';

/** Difference in pitch that distinguishes two speakers: a third, as a logarithm. */
const otherVoice = Math.log(4 / 3);

/** Seconds of speech that are needed to find a pitch. */
const minSeconds = 0.3;

/** The speech between two short pauses of an utterance. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly pitch: number | undefined;
}

/**
 * Splits utterances where the speaker changes at a short pause: people do not wait for a long one. The change is detected
 * by pitch alone, so similar voices stay together.
 */
export async function* speakerTurns(
  utterances: AsyncIterable<Utterance>,
  sampleRate: number,
): AsyncGenerator<Utterance> {
  for await (const utterance of utterances) {
    const turns = turnsOf(utterance, sampleRate);
    if (turns.length < 2) yield utterance;
    else for (const turn of turns) yield cutTurn(utterance, turn, sampleRate);
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
    const isEnough = to - from >= minSeconds;
    const pitch = isEnough ? pitchOf(samplesOf(utterance, from, to, sampleRate), sampleRate) : undefined;
    return { start: from, end: to, pitch };
  });
}

/** A stretch without a pitch, such as a whisper, belongs to the speaker before it. */
const isOther = (a: number | undefined, b: number | undefined) =>
  a !== undefined && b !== undefined && Math.abs(Math.log(a / b)) > otherVoice;

function cutTurn(utterance: Utterance, { start, end }: Stretch, sampleRate: number): Utterance {
  const pauses = utterance.pauses.filter((pause) => pause.start >= start && pause.end <= end);
  // At most half of the pause, so that it holds nothing of the neighbour.
  const margin = Math.min(utteranceSeconds.margin, utteranceSeconds.shortPause / 2);
  const samples = samplesOf(utterance, start - margin, end + margin, sampleRate);
  return { start, end, pauses, samples, samplesFrom: Math.max(utterance.samplesFrom, start - margin) };
}

function samplesOf(
  { samples, samplesFrom }: Utterance,
  from: number,
  to: number,
  sampleRate: number,
): Float32Array {
  const place = (time: number) => Math.max(0, Math.round((time - samplesFrom) * sampleRate));
  return samples.slice(place(from), place(to));
}
