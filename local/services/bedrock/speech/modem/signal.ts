/** How words become tones. Everything stays under 3.4 kHz, so that audio of 8,000 samples a second carries it whole. */

/** Voices the modem has, one band of tones each. */
export const speakers = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type Speaker = (typeof speakers)[number];

/** Symbols a second; each is one of four tones, so it carries two bits. */
export const symbolRate = 100;
const lowestTone = 400;
const toneSpacing = 100;
const bandSpacing = 500;
const tonesPerBand = 4;

/** Hertz of a symbol's tone in a speaker's band. Whole periods a symbol: the tones are orthogonal. */
export const toneOf = (band: number, symbol: number) =>
  lowestTone + band * bandSpacing + symbol * toneSpacing;

/** The highest tone of all, in hertz. */
export const highestTone = toneOf(speakers.length - 1, tonesPerBand - 1);

/** Symbols that open a frame. */
export const sync = [0, 3, 0, 2, 3, 1] as const;
