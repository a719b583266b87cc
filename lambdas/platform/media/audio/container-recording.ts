import type { EncodedPacket, Input, InputAudioTrack } from 'mediabunny';
import type { DomainError } from '../../../domain/errors.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { openContainer } from '../container/open-container.ts';
import { type Codec, codecs, decodedElsewhere } from './codecs.ts';
import { since } from './mix.ts';
import { type Recording, refuseOdd, unreadable } from './recording.ts';

/** An Ogg file. */
export const oggRecording = (objects: ContentObjects, key: string, bytes: number): Promise<Recording> =>
  containerRecording(objects, key, bytes, 'OGG');

/** The audio of an MP4 or M4A file. */
export const mp4Recording = (objects: ContentObjects, key: string, bytes: number): Promise<Recording> =>
  containerRecording(objects, key, bytes, 'MP4');

async function containerRecording(
  objects: ContentObjects,
  key: string,
  bytes: number,
  form: 'OGG' | 'MP4',
): Promise<Recording> {
  using container = await openContainer(objects, key, bytes, form);
  try {
    const track = await audioTrack(container.input);
    refuseOdd(track.sampleRate, track.numberOfChannels);
    const seconds = await track.computeDuration();
    if (!(seconds > 0)) throw unreadable('its audio track is empty.');
    const name = track.codec ?? 'something unknown';
    const codec = codecOf(name);
    const sampleRate = codec?.sampleRate ?? track.sampleRate;
    return {
      codec: name,
      seconds,
      sampleRate,
      decodable: codec !== undefined,
      async *samples(from) {
        if (!codec) throw unreadable(`nothing here decodes ${name}.`);
        using reading = await openContainer(objects, key, bytes, form);
        try {
          yield* decoded(await audioTrack(reading.input), codec, sampleRate, from);
        } catch (error) {
          throw reading.explain(error, damaged);
        }
      },
    };
  } catch (error) {
    throw container.explain(error, damaged);
  }
}

/** @throws DomainError naming a codec that nobody decodes */
function codecOf(name: string): Codec | undefined {
  const codec = codecs[name];
  if (codec || decodedElsewhere.includes(name)) return codec;
  const known = [...Object.keys(codecs), ...decodedElsewhere].join(', ');
  throw unreadable(`its audio is coded as ${name}; ${known} can be read in such a file.`);
}

async function audioTrack(input: Input): Promise<InputAudioTrack> {
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw unreadable('it has no audio track.');
  return track;
}

async function* decoded(
  track: InputAudioTrack,
  codec: Codec,
  sampleRate: number,
  from: number,
): AsyncGenerator<Float32Array> {
  const config = await track.getDecoderConfig();
  if (!config) throw unreadable('its audio track does not say how it is coded.');
  const decoder = await codec.open(config);
  try {
    const wanted = Math.round(from * sampleRate);
    for await (const packet of packetsFrom(track, from - codec.preroll)) {
      const samples = decoder.decode(packet.data);
      const heard = since(wanted, placeOf(packet, samples.length, sampleRate), samples);
      if (heard) yield inside(heard, packet, sampleRate);
    }
  } finally {
    decoder.free();
  }
}

async function* packetsFrom(track: InputAudioTrack, from: number): AsyncGenerator<EncodedPacket> {
  const { EncodedPacketSink } = await import('../container/parser.ts');
  const sink = new EncodedPacketSink(track);
  const start = (await sink.getPacket(from)) ?? (await sink.getFirstPacket());
  if (start) yield* sink.packets(start);
}

/**
 * Place of a packet's first sample. The first packet's duration leaves out what is there to get the decoder in step: its
 * samples end where the packet does.
 */
function placeOf({ timestamp, duration }: EncodedPacket, samples: number, sampleRate: number): number {
  const start = Math.round(timestamp * sampleRate);
  return timestamp === 0 ? Math.min(start, Math.round((timestamp + duration) * sampleRate) - samples) : start;
}

/** The last packet may be filled up with what is not to be heard. */
const inside = (samples: Float32Array, { duration }: EncodedPacket, sampleRate: number) =>
  samples.subarray(0, Math.max(1, Math.round(duration * sampleRate)));

function damaged(reason: string, options: ErrorOptions): DomainError {
  return unreadable(`${reason.replace(/\.?$/, '.')} Check that it plays, and upload it again.`, options);
}
