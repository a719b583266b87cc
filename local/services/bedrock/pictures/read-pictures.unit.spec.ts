import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { textReader, transcribePictures, unread } from './read-pictures.ts';
import { pictureComment } from './truth.ts';

const png = (text?: string) =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    Buffer.from(text === undefined ? '' : pictureComment(text), 'latin1'),
  ]);

const aRequest = (prompt: string, count = 1, format: 'png' | 'gif' = 'png'): ConverseRequest => ({
  modelId: 'm',
  messages: [
    {
      role: 'user',
      content: [
        ...Array.from({ length: count }, () => ({ image: { format, source: { bytes: new Uint8Array() } } })),
        { text: prompt },
      ],
    },
  ],
});

const answerTo = (request: ConverseRequest, picture: Buffer, engine?: { read(): Promise<string> }) =>
  transcribePictures(request, async () => picture, textReader(engine));

describe('a request about a picture', () => {
  it.each([
    ['that states its text', png('Mind the “step”.\n段差'), undefined, 'Mind the “step”.\n段差'],
    ['that an engine reads', png(), { read: async () => 'Read.' }, 'Read.'],
    ['that nothing reads', png(), undefined, unread],
  ])(
    '%s is answered with it, between the marks that the prompt asks for',
    async (_case, picture, engine, text) => {
      expect(await answerTo(aRequest('Answer with <text> and </text>.'), picture, engine)).toEqual({
        kind: 'text',
        text: `<text>${text}</text>`,
      });
      expect(await answerTo(aRequest('What does it say?'), picture, engine)).toEqual({ kind: 'text', text });
    },
  );

  it.each([
    [
      'has another format than it is named',
      aRequest('', 1, 'gif'),
      /does not match the specified image format/,
    ],
    ['comes with too many others', aRequest('', 6), /at most 5 images/],
  ])('is refused when it %s', async (_case, request, message) => {
    await expect(answerTo(request, png())).rejects.toThrow(message);
  });

  it('is refused when the engine cannot decode it', async () => {
    const engine = { read: () => Promise.reject(new Error('no picture')) };

    await expect(answerTo(aRequest(''), png(), engine)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
