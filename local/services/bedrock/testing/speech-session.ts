import { converseBySpeech, type OutputEvent } from '../speech/sonic/session.ts';

export type Sent = Record<string, Record<string, unknown>>;

export const promptName = 'p';
export const audioInputConfiguration = {
  mediaType: 'audio/lpcm',
  sampleRateHertz: 16_000,
  sampleSizeBits: 16,
  channelCount: 1,
  audioType: 'SPEECH',
  encoding: 'base64',
};
export const start: Sent[] = [
  { sessionStart: { inferenceConfiguration: { maxTokens: 1024 } } },
  { promptStart: { promptName } },
];
export const end: Sent[] = [{ promptEnd: { promptName } }, { sessionEnd: {} }];
export const textInputConfiguration = { mediaType: 'text/plain' };
export const encode = (event: Sent) => new TextEncoder().encode(JSON.stringify({ event }));

export async function say(events: readonly Sent[]): Promise<OutputEvent[]> {
  const chunks = (async function* () {
    for (const event of events) yield encode(event);
  })();
  return collect(converseBySpeech(chunks));
}

export async function collect(output: AsyncIterable<OutputEvent>): Promise<OutputEvent[]> {
  const events: OutputEvent[] = [];
  for await (const event of output) events.push(event);
  return events;
}
