import { AnalysisFindings } from '@nova/shared/api/media';
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { readContainer } from './container.ts';
import { findingsOf, readPrompt } from './findings.ts';
import { truthComment, truthOf } from './truth.ts';

/** A WebM with undecodable pictures, which does not matter to the container. */
async function webm(seconds: number, comment?: string): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(source);
  if (comment) output.setMetadataTags({ comment });
  await output.start();
  for (let second = 0; second < seconds; second += 1) {
    const packet = new EncodedPacket(new Uint8Array(8), 'key', second, 1);
    await source.add(packet, { decoderConfig: { codec: 'vp8', codedWidth: 64, codedHeight: 48 } });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

const truth = {
  scenes: [
    { start: 0, end: 3, description: 'A red car arrives.' },
    { start: 3, end: 8, description: 'Two people shake hands.' },
  ],
  anomalies: [{ start: 6, end: 7, severity: 'high' as const, reason: 'Smoke rises behind the house.' }],
};
const everything = readPrompt('');

describe('the stand-in’s analysis of a video', () => {
  it('repeats the description inside a fixture', async () => {
    const video = await readContainer(await webm(8, truthComment(truth)), 'webm');

    const findings = findingsOf(video, {
      questions: ['When do people shake hands?'],
      detect: ['timeline', 'anomalies'],
    });

    expect(AnalysisFindings.parse(findings)).toEqual(findings);
    expect(findings.scenes).toEqual(truth.scenes);
    expect(findings.timeline.map(({ time }) => time)).toEqual([0, 3]);
    expect(findings.anomalies).toMatchObject([{ severity: 'high', confidence: 1 }]);
    expect(findings.answers[0]?.answer).toMatch(/^3 to 8 s: Two people shake hands.*stand-in/);
  });

  it('has scenes over the true length of any other video, and invents nothing', async () => {
    const video = await readContainer(await webm(25), 'webm');

    const findings = findingsOf(video, { ...everything, questions: ['Is there a cat?'] });

    expect(findings.scenes).toHaveLength(3);
    expect(findings.scenes[0]?.start).toBe(0);
    expect(findings.scenes.at(-1)?.end).toBeCloseTo(25, 1);
    expect(findings.scenes.every(({ description }) => description.includes('not looked at'))).toBe(true);
    expect(findings.anomalies).toEqual([]);
    expect(findings.answers).toEqual([
      { question: 'Is there a cat?', answer: expect.stringContaining('Not known') },
    ]);
  });

  it('has fewer and longer scenes for a long video', () => {
    const hours = { duration: 7200, width: 64, height: 48, codec: 'avc', hasAudio: false, truth: undefined };

    const { scenes } = findingsOf(hours, everything);

    expect(scenes).toHaveLength(60);
    expect(scenes.at(-1)?.end).toBe(7200);
  });

  it('leaves out findings that were not requested', async () => {
    const video = await readContainer(await webm(8, truthComment(truth)), 'webm');

    expect(findingsOf(video, { questions: [], detect: ['anomalies'] })).toMatchObject({
      timeline: [],
      answers: [],
    });
    expect(findingsOf(video, { questions: [], detect: ['timeline'] }).anomalies).toEqual([]);
  });
});

describe('a container', () => {
  it('has a size and a codec', async () => {
    expect(await readContainer(await webm(2), 'webm')).toMatchObject({
      width: 64,
      height: 48,
      codec: 'vp8',
      hasAudio: false,
    });
  });

  it.each(['mov', 'wmv', 'flv', 'mpeg', 'avi'])('of another format than %s is refused', async (format) => {
    await expect(readContainer(await webm(2), format)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each([
    ['flv', 'FLV\x01'],
    ['wmv', '\x30\x26\xb2\x75'],
    ['mpeg', '\0\0\x01\xba'],
  ])('of %s is taken, and not read', async (format, start) => {
    expect(await readContainer(Buffer.from(start, 'latin1'), format)).toMatchObject({ duration: 0 });
  });

  it.each([
    ['text', new TextEncoder().encode('not a video '.repeat(500))],
    ['nothing', new Uint8Array(0)],
    ['an MP4 cut short', new TextEncoder().encode('\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\x10\0moov')],
  ])('of %s is refused', async (_case, bytes) => {
    await expect(readContainer(bytes)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a prompt', () => {
  it('contains its questions as JSON', () => {
    const prompt =
      'Answer as JSON.\n```json\n{"questions": ["Who?", "Where?"], "detect": ["anomalies"]}\n```\nThanks.';

    expect(readPrompt(prompt)).toEqual({ questions: ['Who?', 'Where?'], detect: ['anomalies'] });
  });

  it('contains questions that look like its end', () => {
    const questions = ['Does it say ```?', 'Is it {"a": 1}\n```\n```json?'];
    const prompt = `Answer.\n\`\`\`json\n${JSON.stringify({ questions, detect: ['timeline'] })}\n\`\`\``;

    expect(readPrompt(prompt)).toEqual({ questions, detect: ['timeline'] });
  });

  it('may contain JSON that shows the format of the answer', () => {
    const prompt = 'Shape:\n```json\n{"scenes": []}\n```\n```json\n{"questions": []}\n```';

    expect(readPrompt(prompt)).toEqual({ questions: [], detect: ['timeline', 'anomalies'] });
  });

  it('without JSON is itself the question', () => {
    expect(readPrompt(' What happens? ').questions).toEqual(['What happens?']);
  });
});

it('a damaged description is ignored', () => {
  expect([undefined, '', 'hello', '{"a":1}', '{"novaFixture":3}'].map(truthOf)).toEqual(
    Array(5).fill(undefined),
  );
});
