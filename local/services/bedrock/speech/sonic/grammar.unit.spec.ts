import { describe, expect, it } from 'vitest';
import {
  audioInputConfiguration,
  end,
  promptName,
  type Sent,
  say,
  start,
  textInputConfiguration,
} from '../../testing/speech-session.ts';

describe('an invalid event or one out of order', () => {
  const system = { promptName, contentName: 's', type: 'TEXT', role: 'SYSTEM', textInputConfiguration };
  const sound = { promptName, contentName: 'a', type: 'AUDIO', role: 'USER', audioInputConfiguration };

  it.each<[string, Sent[], RegExp]>([
    [
      'no sessionStart',
      [{ promptStart: { promptName } }],
      /^promptStart: the first event must be sessionStart/,
    ],
    ['sessionStart twice', [...start, { sessionStart: {} }], /^sessionStart: .*already/],
    ['no promptStart', [{ sessionStart: {} }, { contentStart: system }], /^contentStart: no prompt is open/],
    [
      'another prompt',
      [...start, { contentStart: { ...system, promptName: 'q' } }],
      /^contentStart: promptName/,
    ],
    [
      'no such content',
      [...start, { textInput: { promptName, contentName: 'x', content: '' } }],
      /^textInput: no content "x"/,
    ],
    [
      'wrong type of content',
      [...start, { contentStart: system }, { audioInput: { promptName, contentName: 's', content: '' } }],
      /^audioInput: content "s" is TEXT/,
    ],
    [
      'a name twice',
      [
        ...start,
        { contentStart: system },
        { contentEnd: { promptName, contentName: 's' } },
        { contentStart: system },
      ],
      /used before/,
    ],
    [
      'a late system prompt',
      [...start, { contentStart: sound }, { contentStart: system }],
      /system prompt must come before/,
    ],
    [
      'a wrong role',
      [...start, { contentStart: { ...sound, role: 'ASSISTANT' } }],
      /role of AUDIO must be USER/,
    ],
    [
      'no configuration',
      [...start, { contentStart: { ...sound, audioInputConfiguration: undefined } }],
      /audioInputConfiguration/,
    ],
    [
      'a wrong rate',
      [
        ...start,
        {
          contentStart: {
            ...sound,
            audioInputConfiguration: { ...audioInputConfiguration, sampleRateHertz: 44_100 },
          },
        },
      ],
      /sampleRateHertz/,
    ],
    [
      'no base64',
      [...start, { contentStart: sound }, { audioInput: { promptName, contentName: 'a', content: '!' } }],
      /^audioInput: content must be base64/,
    ],
    [
      'half a sample',
      [...start, { contentStart: sound }, { audioInput: { promptName, contentName: 'a', content: 'AA==' } }],
      /whole 16-bit samples/,
    ],
    [
      'an open content at promptEnd',
      [...start, { contentStart: sound }, { promptEnd: { promptName } }],
      /^promptEnd: content "a" is still open/,
    ],
    ['an open prompt at sessionEnd', [...start, { sessionEnd: {} }], /^sessionEnd: prompt "p" is still open/],
    ['more after the end', [...start, ...end, { sessionEnd: {} }], /has ended/],
    [
      'an unknown event',
      [...start, { contentStart: sound }, { noise: { promptName, contentName: 'a' } }],
      /^noise: there is no such/,
    ],
    ['two events', [{ sessionStart: {}, promptStart: {} }], /one event/],
    [
      'a result nobody asked for',
      [
        ...start,
        {
          contentStart: {
            promptName,
            contentName: 't',
            type: 'TOOL',
            role: 'TOOL',
            toolResultInputConfiguration: { toolUseId: 'x' },
          },
        },
      ],
      /no tool use "x"/,
    ],
  ])('is refused with the fault: %s', async (_case, events, message) => {
    await expect(say(events)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('cannot be endless audio', async () => {
    const content = Buffer.alloc(60 * 32_000).toString('base64');
    const events = [
      ...start,
      { contentStart: sound },
      ...Array<Sent>(9).fill({ audioInput: { promptName, contentName: 'a', content } }),
    ];

    await expect(say(events)).rejects.toMatchObject({ name: 'ModelTimeoutException' });
  });
});
