import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { bedrockFixture, collect, handlers, speech } from '../testing/bedrock-fixture.ts';

const { authorised, connect } = bedrockFixture();

import { speak } from './modem/encode.ts';

describe('speech', () => {
  const promptName = 'p';
  const content = { promptName, contentName: 'a' };
  const audioInputConfiguration = {
    mediaType: 'audio/lpcm',
    sampleRateHertz: 16_000,
    sampleSizeBits: 16,
    channelCount: 1,
    encoding: 'base64',
  };
  const samples = speak([{ speaker: 'A', text: 'hello there' }], { sampleRate: 16_000, pause: 0.3 });
  const pcm = Buffer.from(Int16Array.from(samples, (sample) => sample * 0x7fff).buffer);
  const opening = [
    { sessionStart: {} },
    { promptStart: { promptName } },
    { contentStart: { ...content, type: 'AUDIO', role: 'USER', audioInputConfiguration } },
  ];
  const talk = async (events: readonly object[]) => {
    const body = (async function* () {
      for (const event of events) yield { chunk: { bytes: Buffer.from(JSON.stringify({ event })) } };
    })();
    const { client } = connect(handlers['HTTP/2']());
    const answer = await client.send(
      new sdk.InvokeModelWithBidirectionalStreamCommand({ modelId: speech, body }),
    );
    const chunks = await collect(answer.body);
    return chunks.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()).event);
  };

  it('is transcribed over a bidirectional stream', async () => {
    const frames = Array.from({ length: Math.ceil(pcm.length / 1024) }, (_, index) => ({
      audioInput: { ...content, content: pcm.subarray(index * 1024, (index + 1) * 1024).toString('base64') },
    }));

    const events = await talk([
      ...opening,
      ...frames,
      { contentEnd: content },
      { promptEnd: { promptName } },
      { sessionEnd: {} },
    ]);

    expect(
      events.flatMap(({ textOutput }) => (textOutput?.role === 'USER' ? [textOutput.content] : [])),
    ).toEqual(['hello there']);
    expect(authorised).toMatchObject([{ action: 'bedrock:InvokeModel' }]);
  });

  it('with events out of order ends with the reason', async () => {
    await expect(talk([...opening, { promptEnd: { promptName } }])).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^promptEnd/),
    });
  });
});
