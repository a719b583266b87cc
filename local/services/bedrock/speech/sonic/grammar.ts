import { invalid } from '../../errors.ts';
import { fromJson, isRecord } from '../../json.ts';

/** Sonic's input events, their order and their fields. Source: Amazon Nova user guide, "Handling input events". */

export type Body = Readonly<Record<string, unknown>>;

export interface InputEvent {
  readonly name: string;
  readonly body: Body;
}

export interface Content {
  readonly name: string;
  readonly type: 'TEXT' | 'AUDIO' | 'TOOL';
  readonly role: string;
  readonly configuration: Body;
}

/** The configuration that each type of content carries, and the roles it may have. */
const contentTypes = {
  TEXT: { configuration: 'textInputConfiguration', roles: ['SYSTEM', 'USER', 'ASSISTANT'] },
  AUDIO: { configuration: 'audioInputConfiguration', roles: ['USER'] },
  TOOL: { configuration: 'toolResultInputConfiguration', roles: ['TOOL'] },
} as const;

/** The input event that fills each type of content. */
const fillers: Readonly<Record<string, Content['type']>> = {
  textInput: 'TEXT',
  audioInput: 'AUDIO',
  toolResult: 'TOOL',
};

const sampleRates = [8000, 16_000, 24_000];

/** @throws AwsError `ValidationException` when the bytes are not `{"event": {"<name>": {…}}}` */
export function parseEvent(bytes: Uint8Array): InputEvent {
  const message = fromJson(new TextDecoder().decode(bytes));
  const event = isRecord(message) ? message.event : undefined;
  const [entry, ...more] = isRecord(event) ? Object.entries(event) : [];
  if (!entry || more.length > 0 || !isRecord(entry[1])) {
    throw invalid('Each chunk must be JSON of the form {"event": {"<name>": {…}}} with one event');
  }
  return { name: entry[0], body: entry[1] };
}

/** The state of a session; it refuses an event that is out of order, by name. */
export class Grammar {
  #stage: 'new' | 'open' | 'ended' = 'new';
  #prompt: string | undefined;
  #heard = false;
  readonly #open = new Map<string, Content>();
  readonly #names = new Set<string>();

  /**
   * Accepts the next event.
   * @returns the content it belongs to, for events about a content
   * @throws AwsError `ValidationException` with the event and its fault
   */
  take({ name, body }: InputEvent): Content | undefined {
    const refuse = (reason: string) => invalid(`${name}: ${reason}`);
    if (this.#stage === 'ended') throw refuse('the session has ended');
    if (name === 'sessionStart') {
      if (this.#stage !== 'new') throw refuse('the session has started already');
      this.#stage = 'open';
      return undefined;
    }
    if (this.#stage === 'new') throw refuse('the first event must be sessionStart');
    if (name === 'sessionEnd') {
      if (this.#prompt !== undefined)
        throw refuse(`prompt "${this.#prompt}" is still open; send promptEnd first`);
      this.#stage = 'ended';
      return undefined;
    }
    const { promptName } = body;
    if (typeof promptName !== 'string' || promptName === '') throw refuse('promptName must be text');
    if (name === 'promptStart') {
      if (this.#prompt !== undefined) throw refuse(`prompt "${this.#prompt}" is still open`);
      this.#prompt = promptName;
      return undefined;
    }
    if (this.#prompt === undefined) throw refuse('no prompt is open; send promptStart first');
    if (promptName !== this.#prompt) throw refuse(`promptName must be "${this.#prompt}", the open prompt`);
    if (name === 'promptEnd') return this.#endPrompt(refuse);
    return this.#takeContentEvent(name, body, refuse);
  }

  #endPrompt(refuse: (reason: string) => Error): undefined {
    const [open] = this.#open.keys();
    if (open !== undefined) throw refuse(`content "${open}" is still open; send contentEnd first`);
    this.#prompt = undefined;
  }

  #takeContentEvent(name: string, body: Body, refuse: (reason: string) => Error): Content {
    const { contentName } = body;
    if (typeof contentName !== 'string' || contentName === '') throw refuse('contentName must be text');
    if (name === 'contentStart') return this.#startContent(contentName, body, refuse);
    const content = this.#open.get(contentName);
    if (!content) throw refuse(`no content "${contentName}" is open; send contentStart first`);
    if (name === 'contentEnd') {
      this.#open.delete(contentName);
      return content;
    }
    const type = fillers[name];
    if (!type) throw refuse('there is no such input event');
    if (content.type !== type) throw refuse(`content "${contentName}" is ${content.type}, not ${type}`);
    if (typeof body.content !== 'string') throw refuse('content must be text');
    return content;
  }

  #startContent(name: string, body: Body, refuse: (reason: string) => Error): Content {
    if (this.#names.has(name)) throw refuse(`contentName "${name}" was used before`);
    const type = body.type;
    if (type !== 'TEXT' && type !== 'AUDIO' && type !== 'TOOL')
      throw refuse('type must be TEXT, AUDIO or TOOL');
    const { configuration: field, roles } = contentTypes[type];
    const role = roles.find((one) => one === body.role);
    if (!role) throw refuse(`role of ${type} must be ${roles.join(' or ')}`);
    const configuration = body[field];
    if (!isRecord(configuration)) throw refuse(`${field} must be an object`);
    if (type === 'AUDIO') checkAudio(configuration, refuse);
    if (role === 'SYSTEM' && this.#heard) throw refuse('the system prompt must come before other content');
    this.#heard ||= role !== 'SYSTEM';
    this.#names.add(name);
    const content: Content = { name, type, role, configuration };
    this.#open.set(name, content);
    return content;
  }
}

function checkAudio(configuration: Body, refuse: (reason: string) => Error): void {
  const expected = { mediaType: 'audio/lpcm', sampleSizeBits: 16, channelCount: 1, encoding: 'base64' };
  for (const [field, value] of Object.entries(expected)) {
    if (configuration[field] !== value) throw refuse(`audioInputConfiguration.${field} must be ${value}`);
  }
  if (!sampleRates.some((rate) => rate === configuration.sampleRateHertz)) {
    throw refuse(`audioInputConfiguration.sampleRateHertz must be one of ${sampleRates.join(', ')}`);
  }
}
