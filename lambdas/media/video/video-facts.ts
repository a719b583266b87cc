import type { InputTrack, InputVideoTrack } from 'mediabunny';
import type { ContentObjects } from '../../content/objects.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { firstSecond } from '../container/open-container.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { cutShort, unreadableVideo } from '../decoding/unreadable.ts';
import { isCutKind, kindBytes, type VideoKind, videoKind, type WholeKind } from '../signatures/video-kind.ts';
import { asfSeconds } from './asf.ts';
import { flvSeconds } from './flv.ts';
import { programStreamSeconds } from './mpeg-ps.ts';
import { type Container, openVideo, type StoredVideo, unknownKind } from './open-video.ts';

/** Seconds of its container at which a video may begin, so that the times in the container are those of the video. */
const lateStart = 0.5;

export interface VideoFacts {
  readonly seconds: number;
  readonly kind: VideoKind;
  /** Whether clips can be cut out of it. */
  readonly canBeCut: boolean;
  /** Whether models take the file as it is; otherwise they take a copy of its pictures and sound in an MP4 file. */
  readonly inPlace: boolean;
}

const wholeSeconds: Readonly<Record<WholeKind, (object: ObjectReader) => Promise<number>>> = {
  flv: flvSeconds,
  asf: asfSeconds,
  'mpeg-ps': programStreamSeconds,
};

/**
 * Reads what is needed to know how a video can be watched: headers, and the last packets.
 * @param budget looked at while they are read
 * @throws DomainError `unsupported-media` when it is no video, a damaged or encrypted one, or cut short
 */
export async function videoFacts(
  objects: ContentObjects,
  { key, bytes }: StoredVideo,
  budget?: WorkBudget,
): Promise<VideoFacts> {
  const object = new ObjectReader(objects, key, bytes, budget);
  const kind = videoKind(await object.range(0, kindBytes));
  if (!kind) throw unreadableVideo(unknownKind);
  if (!isCutKind(kind)) {
    return { seconds: await wholeSeconds[kind](object), kind, canBeCut: false, inPlace: true };
  }
  using container = await openVideo(objects, { key, bytes }, budget);
  try {
    const track = await container.input.getPrimaryVideoTrack();
    if (!track) throw unreadableVideo(kind === 'mpeg-ts' ? unknownStream : noPictures);
    const start = await firstSecond(container.input);
    const seconds = (await track.computeDuration()) - start;
    if (!(seconds > 0)) throw unreadableVideo(noPictures);
    await checkEnd(container, track);
    const inPlace = start < lateStart && (await isTakenInPlace(container, track));
    return { seconds, kind, canBeCut: true, inPlace };
  } catch (error) {
    throw container.explain(error);
  }
}

/**
 * Refuses a video that must be cut and cannot be.
 * @param mostSeconds that models take at once
 * @throws DomainError `unsupported-media`
 */
export function refuseUncut({ canBeCut, seconds, kind }: VideoFacts, mostSeconds: number): void {
  if (canBeCut || seconds <= mostSeconds) return;
  const detail = `a video in this container (${names[kind]}) cannot be cut into clips, so it may last ${Math.floor(mostSeconds)} seconds, and this one lasts ${Math.ceil(seconds)}. Convert it to MP4, for example with \`ffmpeg -i video video.mp4\`, and upload that.`;
  throw unreadableVideo(detail);
}

const names: Readonly<Record<VideoKind, string>> = {
  mp4: 'MP4',
  matroska: 'Matroska or WebM',
  'mpeg-ts': 'an MPEG transport stream',
  flv: 'Flash video',
  asf: 'Windows Media',
  'mpeg-ps': 'an MPEG program stream',
};

/** Seconds that a video lasts; as {@link videoFacts}. */
export const videoSeconds = async (
  objects: ContentObjects,
  key: string,
  bytes: number,
  budget?: WorkBudget,
): Promise<number> => (await videoFacts(objects, { key, bytes }, budget)).seconds;

/**
 * Models take MKV with H.264 only (Amazon Nova user guide, "Video understanding", table of encodings), and no transport streams. To
 * choose frames by the length of a video they need to know it.
 */
async function isTakenInPlace({ kind, saysDuration, input }: Container, track: InputVideoTrack) {
  if (kind === 'mp4') return true;
  const isWebm = (await input.getFormat()).name === 'WebM';
  return kind === 'matroska' && saysDuration && (isWebm || (await track.getCodec()) === 'avc');
}

async function checkEnd(container: Container, track: InputTrack): Promise<void> {
  if (!(await hasLastPacket(track))) throw unreadableVideo(cutShort('its last pictures are missing'));
  const sound = await container.input.getPrimaryAudioTrack();
  if (sound && !(await hasLastPacket(sound)))
    throw unreadableVideo(cutShort('the end of its sound is missing'));
  if (container.isCutShort) throw unreadableVideo(cutShort('its last pictures or sounds are missing'));
}

/** Whether the bytes of a track's last packet are in the file. A track without packets misses none. */
async function hasLastPacket(track: InputTrack): Promise<boolean> {
  const { EncodedPacketSink } = await import('./container-parser.ts');
  const packets = new EncodedPacketSink(track);
  const end = Number.POSITIVE_INFINITY;
  const promised = await packets.getPacket(end, { metadataOnly: true });
  if (!promised) return true;
  const last = await packets.getPacket(end);
  return last !== null && last.data.length === promised.byteLength;
}

const noPictures =
  'it has no pictures. Check that it plays; upload a recording without pictures as a recording, such as audio/mp4.';
const unknownStream =
  'it has no pictures of H.264 or HEVC, which are those that can be read of a transport stream. Convert it to MP4.';
