import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../../contracts.ts';
import { invalid } from '../../errors.ts';
import { standInName, standInNote } from '../../stand-in.ts';
import { countTokens } from '../../text/tokens.ts';
import { type Utterance, utterancesIn } from '../utterances.ts';
import { Voices } from '../voices.ts';
import { AudioBuffer } from './audio.ts';
import { describeVoice, type VoiceTool, voiceToolOf } from './describe.ts';
import { type Body, type Content, Grammar, type InputEvent, parseEvent } from './grammar.ts';
import { SpeechUsage } from './usage.ts';

/** One event that Sonic sends: `{"textOutput": {…}}`. */
export type OutputEvent = Readonly<Record<string, Body>>;

/** Seconds of audio a connection takes. Amazon Nova user guide: a connection lasts 8 minutes. */
const longestAudio = 480;

/** Output, and the tool call that needs its result before the rest. */
interface Pending {
  readonly events: readonly OutputEvent[];
  readonly awaits?: string;
}

/**
 * A bidirectional session with the speech stand-in: events in, events out, in Sonic's grammar. After a tool call it sends
 * nothing until the tool's result arrives, or until the prompt ends without it.
 * @throws AwsError `ValidationException` naming the event that is out of order or wrong
 */
export async function* converseBySpeech(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OutputEvent> {
  const session = new Session();
  for await (const chunk of chunks) yield* session.take(parseEvent(chunk));
  yield* session.close();
}

class Session {
  readonly #sessionId = randomUUID();
  readonly #grammar = new Grammar();
  readonly #voices = new Voices();
  readonly #usage = new SpeechUsage();
  readonly #audio = new Map<string, AudioBuffer>();
  readonly #pending: Pending[] = [];
  #awaited: string | undefined;
  #seconds = 0;
  #prompt:
    | { readonly name: string; readonly completionId: string; readonly tool: VoiceTool | undefined }
    | undefined;

  *take(event: InputEvent): Generator<OutputEvent> {
    const content = this.#grammar.take(event);
    if (event.name === 'promptStart') yield* this.#startPrompt(event.body);
    else if (event.name === 'audioInput' && content) this.#hear(content, String(event.body.content));
    else if (event.name === 'textInput')
      this.#usage.addInput({ textTokens: countTokens(String(event.body.content)) });
    else if (event.name === 'contentStart' && content) this.#open(content);
    else if (event.name === 'contentEnd' && content) this.#end(content);
    else if (event.name === 'promptEnd') this.#endPrompt();
    yield* this.#drain();
  }

  /** The client sends no more: all pending output goes out. */
  *close(): Generator<OutputEvent> {
    this.#endPrompt();
    yield* this.#drain();
  }

  *#startPrompt(body: Body): Generator<OutputEvent> {
    this.#prompt = { name: String(body.promptName), completionId: randomUUID(), tool: voiceToolOf(body) };
    yield this.#about('completionStart', { standIn: standInName });
  }

  #open(content: Content): void {
    if (content.type === 'AUDIO') {
      this.#audio.set(content.name, new AudioBuffer(Number(content.configuration.sampleRateHertz)));
    } else if (content.type === 'TOOL') {
      const { toolUseId } = content.configuration;
      if (toolUseId !== this.#awaited)
        throw invalid(`contentStart: no tool use "${toolUseId}" waits for a result`);
    }
  }

  #hear({ name }: Content, audio: string): void {
    const buffer = this.#audio.get(name);
    const before = buffer?.seconds ?? 0;
    buffer?.add(audio);
    this.#seconds += (buffer?.seconds ?? 0) - before;
    if (this.#seconds > longestAudio) {
      throw new AwsError(
        'ModelTimeoutException',
        408,
        `A connection takes at most ${longestAudio} seconds of audio`,
      );
    }
  }

  #end({ name, type }: Content): void {
    if (type === 'TOOL') this.#awaited = undefined;
    const audio = this.#audio.get(name);
    if (!audio) return;
    this.#audio.delete(name);
    this.#usage.addInput({ seconds: audio.seconds });
    const utterances = utterancesIn(audio.samples(), audio.sampleRate, this.#voices);
    for (const utterance of utterances) this.#report(utterance);
    this.#pending.push({ events: [this.#usageEvent()] });
  }

  #report(utterance: Utterance): void {
    this.#pending.push({ events: this.#text('USER', utterance.text) });
    const tool = this.#prompt?.tool;
    const description = tool && describeVoice(tool, utterance);
    if (!tool || !description) return;
    const toolUseId = randomUUID();
    const content = JSON.stringify(description);
    this.#usage.addOutput(countTokens(content));
    const events = this.#block(
      'TOOL',
      'TOOL',
      { toolUseOutputConfiguration: { mediaType: 'application/json' } },
      [{ toolUse: { toolName: tool.name, toolUseId, content } }],
    );
    this.#pending.push({ events, awaits: toolUseId });
  }

  #endPrompt(): void {
    if (!this.#prompt) return;
    this.#awaited = undefined;
    for (const { events } of this.#pending.splice(0)) this.#pending.push({ events });
    this.#pending.push({
      events: [
        ...this.#text('ASSISTANT', standInNote),
        this.#usageEvent(),
        this.#about('completionEnd', { stopReason: 'END_TURN' }),
      ],
    });
    this.#prompt = undefined;
  }

  *#drain(): Generator<OutputEvent> {
    while (this.#awaited === undefined) {
      const next = this.#pending.shift();
      if (!next) return;
      this.#awaited = next.awaits;
      yield* next.events;
    }
  }

  #text(role: 'USER' | 'ASSISTANT', content: string): OutputEvent[] {
    this.#usage.addOutput(countTokens(content));
    const additionalModelFields = JSON.stringify({ generationStage: 'FINAL' });
    const start = { additionalModelFields, textOutputConfiguration: { mediaType: 'text/plain' } };
    return this.#block('TEXT', role, start, [{ textOutput: { role, content } }]);
  }

  /** A content: its start, its body, its end. */
  #block(type: string, role: string, start: Body, inside: readonly Record<string, Body>[]): OutputEvent[] {
    const contentId = randomUUID();
    const stopReason = type === 'TOOL' ? 'TOOL_USE' : role === 'USER' ? 'PARTIAL_TURN' : 'END_TURN';
    return [
      this.#about('contentStart', { contentId, type, role, ...start }),
      ...inside.flatMap((event) =>
        Object.entries(event).map(([name, body]) => this.#about(name, { contentId, ...body })),
      ),
      this.#about('contentEnd', { contentId, type, stopReason }),
    ];
  }

  #usageEvent = (): OutputEvent => this.#about('usageEvent', this.#usage.report());

  #about(name: string, body: Body): OutputEvent {
    const { name: promptName, completionId } = this.#prompt ?? {};
    return { [name]: { sessionId: this.#sessionId, promptName, completionId, ...body } };
  }
}
