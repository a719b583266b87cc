/** Weights of the channels in one: of a single channel, or of all in a mix. */
export type Mix = readonly number[];

/** A loudspeaker's place in a room; `discrete` where none is meant. */
export type Place = keyof typeof gains;

/**
 * Gains of the places in a mix to one channel: the centre, where speech is, counts in full, and the low-frequency channel not at all. Source:
 * ITU-R BS.775-4, Annex 4, Table 2, "1/0 format"; it has no places behind or above, which count as those at the sides.
 */
const gains = {
  left: Math.SQRT1_2,
  right: Math.SQRT1_2,
  centre: 1,
  low: 0,
  side: 0.5,
  discrete: 1,
} as const;

/** The orders of channels, by their count. */
export type ChannelOrder = (channels: number) => readonly Place[];

const stereo = ['left', 'right'] as const;
const sides = ['side', 'side'] as const;

/** WAV without a channel mask, FLAC (RFC 9639 §9.1.3) and MPEG audio. */
export const waveOrder: ChannelOrder = (channels) =>
  ([
    [],
    ['centre'],
    stereo,
    [...stereo, 'centre'],
    [...stereo, ...sides],
    [...stereo, 'centre', ...sides],
    [...stereo, 'centre', 'low', ...sides],
    [...stereo, 'centre', 'low', 'side', ...sides],
    [...stereo, 'centre', 'low', ...sides, ...sides],
  ][channels] as readonly Place[] | undefined) ?? discreteOrder(channels);

/** Vorbis (Vorbis I specification §4.3.9) and Opus with mapping family 1 (RFC 7845 §5.1.1.2). */
export const vorbisOrder: ChannelOrder = (channels) =>
  ([
    [],
    ['centre'],
    stereo,
    ['left', 'centre', 'right'],
    [...stereo, ...sides],
    ['left', 'centre', 'right', ...sides],
    ['left', 'centre', 'right', ...sides, 'low'],
    ['left', 'centre', 'right', ...sides, 'side', 'low'],
    ['left', 'centre', 'right', ...sides, ...sides, 'low'],
  ][channels] as readonly Place[] | undefined) ?? discreteOrder(channels);

/** Channels without places: their mean. */
export const discreteOrder: ChannelOrder = (channels) => Array<Place>(channels).fill('discrete');

/** Places of a channel mask from its lowest bit on (Microsoft, "WAVEFORMATEXTENSIBLE", dwChannelMask). */
const maskPlaces: readonly Place[] = [
  ...(['left', 'right', 'centre', 'low', 'side', 'side', 'left', 'right', 'side', 'side', 'side'] as const),
  ...Array<Place>(7).fill('side'),
];

/** The order in a channel mask; channels beyond its bits have no place. */
export function maskOrder(mask: number): ChannelOrder {
  const places = maskPlaces.filter((_, bit) => (mask >>> bit) & 1);
  return (channels) => (places.length >= channels ? places.slice(0, channels) : discreteOrder(channels));
}

/**
 * One channel of a recording, or the mix of all, whose weights add up to one, so that nothing is clipped.
 * @param channels 1 or more
 * @param channel from 0; all channels when absent
 */
export function mixOf(channels: number, order: ChannelOrder, channel?: number): Mix {
  if (channel !== undefined)
    return Array.from({ length: channels }, (_, place) => (place === channel ? 1 : 0));
  const weights = order(channels).map((place) => gains[place]);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : weights.map(() => 1 / channels);
}

/**
 * Channels mixed to one.
 * @param length samples of each
 */
export function mixed(channels: readonly Float32Array[], length: number, mix: Mix): Float32Array {
  const [first] = channels;
  // A decoder of a stream whose frames differ may give one channel where there are two.
  if (channels.length === 1 && first) return first;
  const samples = new Float32Array(length);
  for (const [place, channel] of channels.entries()) {
    const weight = mix[place] ?? 0;
    if (weight === 0) continue;
    for (let at = 0; at < length; at += 1) samples[at] = (samples[at] ?? 0) + weight * (channel[at] ?? 0);
  }
  return samples;
}
