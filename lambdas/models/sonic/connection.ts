import { randomUUID } from 'node:crypto';
import {
  type BedrockRuntimeClient,
  type InvokeModelWithBidirectionalStreamInput,
  type InvokeModelWithBidirectionalStreamOutput,
  InvokeModelWithBidirectionalStreamCommand as OpenCommand,
  BedrockRuntimeServiceException as ServiceException,
} from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { answerHeaders, makerOf } from '../answer-headers.ts';
import { ConnectionEndedError, type Heard, type SpeechConnection, speechSampleRate } from '../speech.ts';
import { Channel } from './channel.ts';
import { closing, type InputEvent, opening, toolResult, utterance } from './input-events.ts';
import { type Output, OutputReader } from './output-events.ts';
import { Pace } from './pace.ts';
import { Turn } from './turn.ts';
import { answerTool } from './voice-tool.ts';

/** Samples of one frame: 32 ms, as AWS asks for. */
const frameSamples = 512;
/** Seconds of silence that end an utterance: Sonic's most sensitive end-of-turn detection waits 1.5. */
const closingSilence = 1.6;
/** Milliseconds the model may take to finish after the session's end. */
const farewellMs = 5000;

/**
 * Why a connection that is closed is aborted. One for all: an error made on the spot remembers the functions it was made
 * in, with the audio they hold, and the HTTP/2 client remembers the error until its idle timer ends.
 */
const closed = new ConnectionEndedError('The connection was closed');

export interface ConnectionOptions {
  readonly client: BedrockRuntimeClient;
  readonly model: string;
  /** Seconds of audio sent a second; 0 sends as fast as it is taken. */
  readonly pace: number;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

/** One bidirectional stream to Nova Sonic, from its opening to its end. */
export class SonicConnection implements SpeechConnection {
  model: string;
  usage = { inputTokens: 0, outputTokens: 0 };
  readonly #options: ConnectionOptions;
  readonly #promptName = randomUUID();
  readonly #input = new Channel<InvokeModelWithBidirectionalStreamInput>();
  readonly #aborter = new AbortController();
  readonly #reader = new OutputReader();
  readonly #opened = performance.now();
  #secondsSent = 0;
  #turn: Turn | undefined;
  #ended: Promise<void> = Promise.resolve();

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.model = options.model;
  }

  /** Connects, and says what is wanted. */
  static async open(options: ConnectionOptions): Promise<SonicConnection> {
    const connection = new SonicConnection(options);
    await connection.#open();
    return connection;
  }

  get secondsLeft(): number {
    const open = (performance.now() - this.#opened) / 1000;
    return limits.speechConnectionSeconds - Math.max(open, this.#secondsSent) - closingSilence;
  }

  async hear(samples: Float32Array): Promise<Heard> {
    const turn = new Turn();
    this.#turn = turn;
    const heard = turn.heard();
    try {
      await Promise.race([this.#speak(samples).then(() => turn.sentAll()), heard]);
      return await heard;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#aborter.abort(closed), farewellMs);
    try {
      await this.#send(closing(this.#promptName));
      this.#input.close();
      await this.#ended;
    } catch {
      // What was heard is complete; how the connection ends changes nothing.
    } finally {
      clearTimeout(timer);
      this.#aborter.abort(closed);
    }
  }

  async #open(): Promise<void> {
    const { client, model, language, signal } = this.#options;
    const abortSignal = AbortSignal.any([signal, this.#aborter.signal]);
    abortSignal.addEventListener('abort', () => this.#fail(abortSignal.reason), { once: true });
    const command = new OpenCommand({ modelId: model, body: this.#input });
    const headers = answerHeaders(command);
    this.#ended = client.send(command, { abortSignal }).then(({ body }) => {
      this.model = makerOf(headers(), model);
      return this.#listen(body);
    });
    this.#ended.catch((error: unknown) => this.#fail(lossOf(error)));
    await this.#send(opening(this.#promptName, language));
  }

  async #speak(samples: Float32Array): Promise<void> {
    const { start, frame, end } = utterance(this.#promptName);
    const pace = new Pace(this.#options.pace, this.#options.signal);
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
    // Listening goes on meanwhile: a model that has more to say must not wait for its answer to be taken.
    else this.#answer(output).catch((error: unknown) => this.#fail(error));
  }

  async #answer({ name, id, content }: Extract<Output, { kind: 'tool' }>): Promise<void> {
    const { voice, result } = answerTool(name, content);
    const turn = this.#turn;
    await this.#send(toolResult(this.#promptName, id, result));
    turn?.describe(voice);
  }

  /** Whatever waits for this connection gets the reason. */
  #fail(reason: unknown): void {
    this.#input.fail(reason);
    this.#turn?.fail(reason);
  }
}

/** What the service says stands as it is; whatever else ends a stream means that the connection is lost. */
function lossOf(error: unknown): unknown {
  if (error instanceof ServiceException) return error;
  return new ConnectionEndedError('The connection to the speech model broke', { cause: error });
}

/** 16-bit little-endian samples; a frame that is not full is filled up with silence. */
function toPcm(samples: Float32Array): Buffer {
  const pcm = Buffer.alloc(frameSamples * 2);
  for (const [at, sample] of samples.entries()) {
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff), at * 2);
  }
  return pcm;
}
