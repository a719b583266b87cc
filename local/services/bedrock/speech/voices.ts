/** Between these two ranges of pitch men's and women's voices usually divide, in hertz. */
const divide = 165;
/** Voices whose pitch differs by less than this share are taken for one. */
const tolerance = 0.12;

/**
 * Tells unrecognised voices apart by pitch. Labels come from the pitch alone, so that two connections about one
 * recording agree; a voice near one already heard keeps its label.
 */
export class Voices {
  readonly #heard: { readonly pitch: number; readonly label: string }[] = [];

  /** @param pitch hertz; undefined where no pitch was found */
  labelFor(pitch: number | undefined): string {
    if (pitch === undefined) return 'unpitched';
    const known = this.#heard.find((voice) => Math.abs(pitch / voice.pitch - 1) < tolerance);
    if (known) return known.label;
    const label = pitch < divide ? 'low voice' : 'high voice';
    this.#heard.push({ pitch, label });
    return label;
  }
}
