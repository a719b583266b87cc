import type { Content, CreateContentResponse } from '@nova/shared/api/content';
import type { Job, JobAccepted } from '@nova/shared/api/jobs';
import type { SearchHit } from '@nova/shared/api/search';
import { eventually } from './eventually.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what is in it
  readonly json: any;
}

export interface CallOptions {
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API for a client with one key. */
export class Api {
  readonly #url: string;
  readonly #key: string | undefined;

  constructor(url: string, key?: string) {
    this.#url = url;
    this.#key = key;
  }

  /** @param path below the stage: `/content` */
  async fetch(method: string, path: string, { body, headers }: CallOptions = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#key === undefined ? {} : { 'x-api-key': this.#key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(300_000),
    });
  }

  async call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    const response = await this.fetch(method, path, options);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Calls and expects success. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, path, body === undefined ? {} : { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }

  /** Registers a file that is uploaded with one PUT. */
  async register(filename: string, contentType: string, bytes: number, more: object = {}) {
    const { contentId, upload } = await this.ok<CreateContentResponse>('POST', '/content', {
      ...{ filename, contentType, bytes },
      ...more,
    });
    if (upload.method !== 'PUT') throw new Error(`${filename} is uploaded in parts`);
    return { contentId, upload };
  }

  /** Registers a file and puts its bytes at the address in the response. */
  async upload(filename: string, contentType: string, bytes: Uint8Array): Promise<string> {
    const { contentId, upload } = await this.register(filename, contentType, bytes.length);
    const put = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: new Blob([Uint8Array.from(bytes)]),
    });
    if (!put.ok) throw new Error(`PUT ${filename}: ${put.status} ${await put.text()}`);
    return contentId;
  }

  content(id: string): Promise<Content> {
    return this.ok('GET', `/content/${id}`);
  }

  /**
   * An item once its result can be read: the rows of a job and of its item are written separately.
   * @param isAsked whether it is the result of the requested job, and not of the job that the upload started
   */
  withResult<Name extends 'transcript' | 'analysis'>(
    id: string,
    name: Name,
    isAsked: (result: NonNullable<Content[Name]>) => boolean = () => true,
  ): Promise<Content> {
    return eventually(`${id} has its ${name}`, async () => {
      const item = await this.content(id);
      return item[name] !== undefined && isAsked(item[name]) && item;
    });
  }

  /** Follows a job to its end. */
  async ended({ jobId }: JobAccepted): Promise<Job> {
    return eventually(`job ${jobId} ends`, async () => {
      const job = await this.ok<Job>('GET', `/jobs/${jobId}`);
      return ['done', 'failed', 'cancelled'].includes(job.status) && job;
    });
  }

  async search(query: string): Promise<SearchHit[]> {
    return (await this.ok<{ results: SearchHit[] }>('POST', '/search', { query })).results;
  }

  indexed(contentId: string): Promise<Content> {
    return eventually(`${contentId} is indexed`, async () => {
      const item = await this.content(contentId);
      return item.indexed && item;
    });
  }
}

/** The events of a text/event-stream response. */
export function serverSentEvents(text: string): { event: string; data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('event:'))
    .map((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trim())
          .join('\n');
      return { event: field('event'), data: JSON.parse(field('data')) };
    });
}
