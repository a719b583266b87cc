import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import { blockTexts } from '../chat/conversation.ts';
import type { NextStep } from '../chat/respond.ts';
import { invalid } from '../errors.ts';
import type { MediaSource } from '../media.ts';
import type { PictureEngine } from './tesseract.ts';
import { statedText } from './truth.ts';

/** Pictures in the bytes of a request. Amazon Nova 2 user guide, "Multimodal understanding": 5. */
const mostPictures = 5;

/** The image blocks of a request. */
export const imagesOf = ({ messages = [] }: ConverseRequest) =>
  messages.flatMap(({ content = [] }) => content).flatMap(({ image }) => (image ? [image] : []));

/** What stands in place of the text of a picture that nothing here reads. */
export const unread = '[text not read: local stand-in]';

/** Reads the text of a picture. */
export type TextReader = (picture: Uint8Array) => Promise<string>;

/**
 * Reads the text that a fixture states, and of any other picture what an engine reads.
 * @param engine undefined where none is installed
 */
export const textReader =
  (engine: Pick<PictureEngine, 'read'> | undefined): TextReader =>
  async (picture) => {
    const stated = statedText(picture);
    if (stated !== undefined || !engine) return stated ?? unread;
    try {
      return await engine.read(picture);
    } catch {
      throw invalid('Could not process image. Check that the image is not damaged.');
    }
  };

/**
 * Answers a request about pictures with the text in them, between the marks that the prompt asks for.
 * @throws AwsError `ValidationException` for too many pictures, or for bytes of another format than they are named
 */
export async function transcribePictures(
  request: ConverseRequest,
  read: (source: MediaSource) => Promise<Uint8Array>,
  readText: TextReader,
): Promise<NextStep> {
  const images = imagesOf(request);
  if (images.length > mostPictures) throw invalid(`messages: at most ${mostPictures} images a request`);
  const texts: string[] = [];
  for (const { format, source } of images) {
    const picture = await read(source ?? {});
    if (formatOf(picture) !== format) {
      throw invalid(`The provided image does not match the specified image format ${format}`);
    }
    texts.push(await readText(picture));
  }
  const text = texts.join('\n\n');
  const prompt = (request.messages ?? [])
    .flatMap(({ content = [] }) => content.flatMap(blockTexts))
    .join('\n');
  return { kind: 'text', text: prompt.includes('<text>') ? `<text>${text}</text>` : text };
}

/** The format of a picture by its first bytes. */
function formatOf(picture: Uint8Array): string | undefined {
  const start = Buffer.from(picture.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\x89PNG')) return 'png';
  if (start.startsWith('\xff\xd8')) return 'jpeg';
  if (start.startsWith('GIF8')) return 'gif';
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'webp' : undefined;
}
