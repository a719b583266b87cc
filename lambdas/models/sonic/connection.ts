import { randomUUID } from 'node:crypto';
import {
  type BedrockRuntimeClient,
  type InvokeModelWithBidirectionalStreamInput,
  type InvokeModelWithBidirectionalStreamOutput,
  InvokeModelWithBidirectionalStreamCommand as OpenCommand,
  BedrockRuntimeServiceException as ServiceException,
} from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { answerHeaders, makerOf } from '../bedrock.ts';
import {
  ConnectionEndedError,
  type SpeechConnection,
  speechSampleRate,
  type Transcription,
} from '../speech.ts';
import { Channel } from './channel.ts';
import { closing, type InputEvent, opening, toolResult, utterance } from './input-events.ts';
import { type Output, OutputReader } from './output-events.ts';
import { Pace } from './pace.ts';
import { type QuietMs, Turn } from './turn.ts';
import { answerTool } from './voice-tool.ts';

/** Samples of one frame: 32 ms, as AWS recommends. */
const frameSamples = 512;
/** Seconds of silence that end an utterance: Sonic's most sensitive end-of-turn detection waits 1.5. */
const closingSilence = 1.6;
/** Milliseconds the model may take to finish after the session's end. */
const closeTimeoutMs = 5000;

/**
 * The reason for which a closed connection is aborted, shared by all: an error made in place would hold the functions it was
 * made in, and their audio, and the HTTP/2 client keeps the error until its idle timer ends.
 */
const closed = new ConnectionEndedError('The connection was closed');

export interface ConnectionDependencies {
  readonly client: BedrockRuntimeClient;
  readonly model: string;
  /** Seconds of audio sent a second; 0 sends without delay. */
  readonly pace: number;
  readonly quiet: QuietMs;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** One bidirectional stream to Nova Sonic, from its opening to its end. */
export class SonicConnection implements SpeechConnection {
  model: string;
  usage = { inputTokens: 0, outputTokens: 0 };
  readonly #dependencies: ConnectionDependencies;
  readonly #promptName = randomUUID();
  readonly #input = new Channel<InvokeModelWithBidirectionalStreamInput>();
  readonly #aborter = new AbortController();
  readonly #reader = new OutputReader();
  readonly #opened = performance.now();
  #secondsSent = 0;
  #turn: Turn | undefined;
  #ended: Promise<void> = Promise.resolve();

  private constructor(dependencies: ConnectionDependencies) {
    this.#dependencies = dependencies;
    this.model = dependencies.model;
  }

  /** Connects and opens the session. */
  static async open(dependencies: ConnectionDependencies): Promise<SonicConnection> {
    const connection = new SonicConnection(dependencies);
    await connection.#open();
    return connection;
  }

  get secondsLeft(): number {
    const open = (performance.now() - this.#opened) / 1000;
    return limits.speechConnectionSeconds - Math.max(open, this.#secondsSent) - closingSilence;
  }

  async transcribe(samples: Float32Array): Promise<Transcription> {
    const turn = new Turn(this.#dependencies.quiet);
    this.#turn = turn;
    const transcription = turn.transcription();
    try {
      await Promise.race([this.#speak(samples).then(() => turn.sentAll()), transcription]);
      return await transcription;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#aborter.abort(closed), closeTimeoutMs);
    try {
      await this.#send(closing(this.#promptName));
      this.#input.close();
      await this.#ended;
    } catch {
      // The transcription is complete; a failure to close changes nothing.
    } finally {
      clearTimeout(timer);
      this.#aborter.abort(closed);
    }
  }

  async #open(): Promise<void> {
    const { client, model, language, signal } = this.#dependencies;
    const abortSignal = AbortSignal.any([signal, this.#aborter.signal]);
    abortSignal.addEventListener('abort', () => this.#fail(abortSignal.reason), { once: true });
    const command = new OpenCommand({ modelId: model, body: this.#input });
    const headers = answerHeaders(command);
    this.#ended = client.send(command, { abortSignal }).then(({ body }) => {
      this.model = makerOf(headers(), model);
      return this.#listen(body);
    });
    this.#ended.catch((error: unknown) => this.#fail(connectionError(error)));
    await this.#send(opening(this.#promptName, language));
  }

  async #speak(samples: Float32Array): Promise<void> {
    const { start, frame, end } = utterance(this.#promptName);
    const pace = new Pace(this.#dependencies.pace, this.#dependencies.signal);
    const silence = Math.round(closingSilence * speechSampleRate);
    await this.#send([start]);
    for (let at = 0; at < samples.length + silence; at += frameSamples) {
      await this.#send([frame(toPcm(samples.subarray(at, at + frameSamples)))]);
      const seconds = frameSamples / speechSampleRate;
      this.#secondsSent += seconds;
      await pace.sent(seconds);
    }
    await this.#send([end]);
  }

  async #send(events: readonly InputEvent[]): Promise<void> {
    for (const event of events) {
      await this.#input.push({ chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event })) } });
    }
  }

  async #listen(body: AsyncIterable<InvokeModelWithBidirectionalStreamOutput> | undefined): Promise<void> {
    for await (const { chunk } of body ?? []) {
      if (chunk?.bytes) this.#take(this.#reader.read(chunk.bytes));
    }
    this.#fail(new ConnectionEndedError('The speech model ended the connection'));
  }

  #take(output: Output): void {
    if (output.kind === 'usage') {
      this.usage = { inputTokens: output.inputTokens, outputTokens: output.outputTokens };
    }
    if (output.kind !== 'tool') this.#turn?.take(output);
    // Not awaited, so that reading continues: the model may send more before it takes the result.
    else this.#answer(output).catch((error: unknown) => this.#fail(error));
  }

  async #answer({ name, id, content }: Extract<Output, { kind: 'tool' }>): Promise<void> {
    const { voice, result } = answerTool(name, content);
    const turn = this.#turn;
    await this.#send(toolResult(this.#promptName, id, result));
    turn?.describe(voice);
  }

  /** All calls that wait for this connection throw the reason. */
  #fail(reason: unknown): void {
    this.#input.fail(reason);
    this.#turn?.fail(reason);
  }
}

/** The service's own errors stay as they are; any other error means that the connection is lost. */
function connectionError(error: unknown): unknown {
  if (error instanceof ServiceException) return error;
  return new ConnectionEndedError('The connection to the speech model broke', { cause: error });
}

/** 16-bit little-endian samples; a short frame is padded with silence. */
function toPcm(samples: Float32Array): Buffer {
  const pcm = Buffer.alloc(frameSamples * 2);
  let at = 0;
  for (const sample of samples) {
    at = pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff), at);
  }
  return pcm;
}
