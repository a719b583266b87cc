import { median } from './pitch.ts';

/** What is known of the voice of one utterance. */
export interface HeardVoice {
  /** The connection to the model that heard it: its labels mean something inside that connection only. */
  readonly connection: string;
  /** What the model called the speaker, if it did. */
  readonly label?: string | undefined;
  /** Hertz; undefined where none was found. */
  readonly pitch?: number | undefined;
}

interface Speaker {
  readonly label: string;
  /** Pitches heard, hertz. */
  readonly pitches: number[];
}

/** Voices whose pitch differs by less than this share may be one. */
const tolerance = 0.15;
/** The voice of whoever has neither a name nor a pitch. */
const nobody = 'unknown';

/**
 * Names the speaker of each utterance, the same throughout the recording. The model's labels come first; labels of
 * different connections are joined by name and pitch; utterances without a label by pitch alone.
 * @param voices of the utterances, in their order
 * @returns a label for each
 */
export function nameSpeakers(voices: readonly HeardVoice[]): string[] {
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
    return speaker?.label ?? nobody;
  });
}

const keyOf = (connection: string, label: string | undefined) => JSON.stringify([connection, label ?? null]);

/** Another connection's speaker: of the same name unless the pitch speaks against it, or else of the same pitch. */
function samePerson(
  speakers: readonly Speaker[],
  label: string,
  pitch: number | undefined,
): Speaker | undefined {
  const namesake = speakers.find((speaker) => speaker.label === label);
  const near = (speaker: Speaker) => distance(pitch, median(speaker.pitches)) < tolerance;
  const unheard = pitch === undefined || namesake?.pitches.length === 0;
  if (namesake && (unheard || near(namesake))) return namesake;
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

/** @param wanted the label to use, unless another speaker has it already */
function add(speakers: Speaker[], wanted: string | undefined): Speaker {
  const isFree = (label: string) => speakers.every((speaker) => speaker.label !== label);
  let number = 1;
  while (!isFree(`speaker-${number}`)) number += 1;
  const label = wanted !== undefined && isFree(wanted) ? wanted : `speaker-${number}`;
  const speaker = { label, pitches: [] };
  speakers.push(speaker);
  return speaker;
}

/** How far two pitches are apart, as a share; infinitely far when one is not known. */
const distance = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? Number.POSITIVE_INFINITY : Math.abs(Math.log(a / b));
