import { median } from './pitch.ts';

/** The voice of one utterance. */
export interface UtteranceVoice {
  /** The connection to the model that transcribed it: its labels are valid within that connection only. */
  readonly connection: string;
  /** The model's label of the speaker, if it gave one. */
  readonly label?: string | undefined;
  /** Hertz; undefined where no pitch was found. */
  readonly pitch?: number | undefined;
}

interface Speaker {
  readonly label: string;
  /** Pitches of their utterances, hertz. */
  readonly pitches: number[];
}

/** Voices whose pitches differ by less than this share may be the same. */
const tolerance = 0.15;
/** The speaker of utterances with neither a label nor a pitch. */
const unknownSpeaker = 'unknown';

/**
 * Names the speaker of each utterance consistently through the recording: by the model's labels first. Labels of different
 * connections are matched by name and pitch, utterances without a label by pitch alone.
 * @param voices of the utterances, in their order
 * @returns a label for each
 */
export function nameSpeakers(voices: readonly UtteranceVoice[]): string[] {
  const speakers: Speaker[] = [];
  const known = new Map<string, Speaker>();
  const takenIn = new Map<string, Set<Speaker>>();
  for (const { connection, label } of voices) {
    const key = keyOf(connection, label);
    if (label === undefined || known.has(key)) continue;
    const own = voices.filter((voice) => voice.connection === connection && voice.label === label);
    const pitches = own.flatMap(({ pitch }) => (pitch === undefined ? [] : [pitch]));
    const taken = takenIn.get(connection) ?? new Set();
    const free = speakers.filter((speaker) => !taken.has(speaker));
    const speaker = samePerson(free, label, median(pitches)) ?? add(speakers, label);
    speaker.pitches.push(...pitches);
    known.set(key, speaker);
    takenIn.set(connection, taken.add(speaker));
  }
  return voices.map(({ connection, label, pitch }) => {
    const speaker = known.get(keyOf(connection, label)) ?? byPitch(speakers, pitch);
    return speaker?.label ?? unknownSpeaker;
  });
}

const keyOf = (connection: string, label: string | undefined) => JSON.stringify([connection, label ?? null]);

/** A speaker of another connection: with the same name, unless the pitch contradicts it, or else with the same pitch. */
function samePerson(
  speakers: readonly Speaker[],
  label: string,
  pitch: number | undefined,
): Speaker | undefined {
  const namesake = speakers.find((speaker) => speaker.label === label);
  const near = (speaker: Speaker) => distance(pitch, median(speaker.pitches)) < tolerance;
  const isPitchUnknown = pitch === undefined || namesake?.pitches.length === 0;
  if (namesake && (isPitchUnknown || near(namesake))) return namesake;
  return nearest(speakers, pitch);
}

/** The speaker nearest in pitch; a new one when none is near. */
function byPitch(speakers: Speaker[], pitch: number | undefined): Speaker | undefined {
  if (pitch === undefined) return undefined;
  const speaker = nearest(speakers, pitch) ?? add(speakers, undefined);
  speaker.pitches.push(pitch);
  return speaker;
}

function nearest(speakers: readonly Speaker[], pitch: number | undefined): Speaker | undefined {
  const within = speakers
    .map((speaker) => ({ speaker, away: distance(pitch, median(speaker.pitches)) }))
    .filter(({ away }) => away < tolerance)
    .sort((a, b) => a.away - b.away);
  return within[0]?.speaker;
}

/** @param wanted the label to use, unless another speaker has it */
function add(speakers: Speaker[], wanted: string | undefined): Speaker {
  const isFree = (label: string) => speakers.every((speaker) => speaker.label !== label);
  let number = 1;
  while (!isFree(`speaker-${number}`)) number += 1;
  const label = wanted !== undefined && isFree(wanted) ? wanted : `speaker-${number}`;
  const speaker = { label, pitches: [] };
  speakers.push(speaker);
  return speaker;
}

/** The distance of two pitches as a share; infinite when one is unknown. */
const distance = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? Number.POSITIVE_INFINITY : Math.abs(Math.log(a / b));
