import { request as http, type IncomingMessage } from 'node:http';
import type { Job, JobAccepted } from '@nova/shared/api/jobs';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import type { Answer, Api } from './api.ts';

/** All that one key can send to keep a platform busy: hostile documents, oversized uploads, then jobs with tarpits. */

const jobs = 200;
/** Jobs with a webhook whose receiver never answers. */
const tarpits = 60;
const oversized = { registered: 5, sent: 300 * 1024 ** 2, count: 4 };
/** Requests at once. */
const connections = 8;

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const size = 256 * 1024;
const repeated = (mark: string) => Buffer.from(mark.repeat(size / mark.length));
/** Documents that take a reader long. */
const hostile = [
  ...['_a', '[a', '*a **b ', '> ', '`a', '![a](', '<a>'].map(
    (mark) => ['text/markdown', repeated(mark)] as const,
  ),
  ...['<p>', '<a href="'].map((mark) => ['text/html', repeated(mark)] as const),
  ['text/plain', repeated('a')] as const,
];

/** Sends far more than was registered, until the store ends the connection. */
async function sendOversized(api: Api): Promise<void> {
  const { upload } = await api.register('small.txt', 'text/plain', oversized.registered);
  const headers = { ...upload.headers, 'content-length': oversized.sent };
  const request = http(upload.url, { method: 'PUT', headers });
  const closed = new Promise((resolve) => request.once('close', resolve));
  const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  request.on('error', () => {});
  const piece = Buffer.alloc(1024 ** 2);
  const send = () => {
    while (!request.destroyed && request.write(piece));
  };
  request.on('drain', send);
  send();
  const response = await Promise.race([answered, closed.then(() => undefined)]);
  response?.resume();
  request.destroy();
}

export interface Flood {
  /** Answers to its requests for jobs, so far. */
  readonly answers: readonly Answer[];
  /** Stops sending; resolves once the last request is answered. */
  stop(): Promise<void>;
}

/**
 * Begins to send.
 * @param recordings content ids to request transcriptions of
 * @param tarpitPort port of a server on this machine that never answers
 */
export function flood(api: Api, recordings: readonly string[], tarpitPort: number): Flood {
  const answers: Answer[] = [];
  const over = new AbortController();
  const startJob = async (number: number) => {
    const webhook = number < tarpits ? { webhook: { url: `http://127.0.0.1:${tarpitPort}/`, secret } } : {};
    const body = { contentId: recordings[number % recordings.length], ...webhook };
    answers.push(await api.call('POST', '/audio/transcribe', { body }));
  };
  const acts = [
    ...hostile.map(
      ([type, text]) =>
        () =>
          api.upload('hostile', type, text),
    ),
    ...Array.from({ length: oversized.count }, () => () => sendOversized(api)),
    ...Array.from({ length: jobs }, (_, number) => () => startJob(number)),
  ].values();
  const work = async () => {
    for (const act of acts) {
      if (over.signal.aborted) return;
      await act();
    }
  };
  const sent = Promise.all(Array.from({ length: connections }, work));
  // A request that fails is thrown by `stop`.
  sent.catch(() => {});
  return {
    answers,
    async stop() {
      over.abort();
      await sent;
    },
  };
}

export const acceptedJobs = ({ answers }: Flood): JobAccepted[] =>
  answers.filter(({ status }) => status === 202).map(({ json }) => json as JobAccepted);

/** Whether the last job that was accepted has not ended. */
export async function isUnderWay(api: Api, flooding: Flood): Promise<boolean> {
  const last = acceptedJobs(flooding).at(-1);
  if (!last) return false;
  const { status } = await api.ok<Job>('GET', `/jobs/${last.jobId}`);
  return status === 'queued' || status === 'running';
}

/** Uploads recordings, and waits for the transcripts of the jobs that this starts. */
export async function recorded(api: Api): Promise<string[]> {
  const speech = makeSpeech(['A: it works', 'B: so it seems']);
  const upload = () => api.upload('talk.wav', 'audio/wav', speech);
  const ids = await Promise.all(Array.from({ length: 2 }, upload));
  for (const id of ids) {
    await api.withResult(id, 'transcript');
    await api.indexed(id);
  }
  return ids;
}
