import type { InvokeResult, Logger } from '../../../contracts.ts';
import { qualified } from '../arn.ts';
import { type AuthoriseRole, type Destinations, deliver, recordKey } from '../destinations.ts';
import type { Places } from '../places/places.ts';
import type { FunctionRunner } from '../runner.ts';
import type { AsyncQueue, QueuedEvent } from './queue.ts';
import type { AsyncSettings } from './settings.ts';

/** Errors of the service, not of the function: Lambda tries again without counting them. */
const serviceErrors = new Set(['TooManyRequestsException', 'ServiceException']);
/** Milliseconds before an event runs again after an error of the service. */
const serviceRetryMs = 1000;
/** Milliseconds before a failed destination is tried again; the event stays in the queue meanwhile. */
const destinationRetryMs = 5000;

/** Sandboxes of a function that the events of one key may use: two, if there are so many, are left to other keys. */
const ofOneKey = (concurrency: number) => Math.max(1, concurrency - 2);

/** An answer in full. */
type Settled = Exclude<InvokeResult, { kind: 'stream' }>;

export interface WorkerDependencies {
  readonly runner: FunctionRunner;
  /** The alias it is for; absent for calls of the function itself. */
  readonly qualifier: string | undefined;
  readonly queue: AsyncQueue;
  readonly settings: AsyncSettings;
  readonly places: Places;
  readonly destinations: Destinations;
  readonly authorise: AuthoriseRole;
  readonly logger: Logger;
  /** Milliseconds before the first, second … retry; the last one repeats. Lambda waits 1 and 2 minutes. */
  readonly retryDelaysMs: readonly number[];
}

/** Runs the asynchronous invocations of one function. */
export class AsyncWorker {
  readonly #dependencies: WorkerDependencies;
  readonly #underWay = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(dependencies: WorkerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts the events that are due, at most one for each sandbox of the function, and those of each key in turn. */
  wake(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const { queue, runner, qualifier } = this.#dependencies;
    const arn = qualified(runner.definition.arn, qualifier);
    const now = Date.now();
    const free = runner.concurrency - this.#underWay.size;
    // Events under way are still in the queue, so the limit counts them.
    const due = queue.due(arn, now, ofOneKey(runner.concurrency)).filter(({ id }) => !this.#underWay.has(id));
    for (const event of due.slice(0, free)) void this.#run(event);
    const next = queue.nextDue(arn, now);
    if (next !== undefined) this.#timer = setTimeout(() => this.wake(), next - now);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(event: QueuedEvent): Promise<void> {
    this.#underWay.add(event.id);
    try {
      await this.#attempt(event);
    } catch (error) {
      if (this.#closed) return;
      this.#dependencies.logger.error(
        `An outcome of ${event.requestId} did not reach its destination: ${error}`,
      );
      this.#dependencies.queue.postpone(event.id, Date.now() + destinationRetryMs);
    } finally {
      this.#underWay.delete(event.id);
    }
    this.wake();
  }

  /** Lambda drops an event that waited too long without running it. */
  async #attempt(event: QueuedEvent): Promise<void> {
    if (this.#isTooOld(event)) return this.#giveUp(event, 'EventAgeExceeded');
    const { runner, places } = this.#dependencies;
    const { requestId, apiKey } = event;
    const place = await places.take(apiKey, 'event');
    const result = await runner
      .invoke(JSON.parse(event.payload), { requestId, asynchronous: true, place })
      .then(settle)
      .finally(() => place.leave());
    // An invocation that the end of the platform interrupted has not failed: it runs again at the next start.
    if (!this.#closed) await this.#settle(event, result);
  }

  #isTooOld({ enqueuedAt }: QueuedEvent): boolean {
    return Date.now() - enqueuedAt >= this.#dependencies.settings.maximumAgeMs;
  }

  async #settle(event: QueuedEvent, result: Settled): Promise<void> {
    const { queue, settings, retryDelaysMs } = this.#dependencies;
    const now = Date.now();
    const tooOld = this.#isTooOld(event);
    if (result.kind === 'payload') {
      if (settings.onSuccess) await this.#deliver(settings.onSuccess, event, 'Success', result);
      queue.remove(event.id);
    } else if (!tooOld && serviceErrors.has(result.error.errorType)) {
      queue.postpone(event.id, now + serviceRetryMs);
    } else if (!tooOld && event.failures < settings.maximumRetries) {
      queue.retry(event.id, now + (retryDelaysMs[event.failures] ?? retryDelaysMs.at(-1) ?? 0));
    } else {
      await this.#giveUp(event, tooOld ? 'EventAgeExceeded' : 'RetriesExhausted', result);
    }
  }

  async #giveUp(event: QueuedEvent, condition: string, result?: Settled): Promise<void> {
    const { settings, runner, destinations, logger, queue } = this.#dependencies;
    if (settings.onFailure) await this.#deliver(settings.onFailure, event, condition, result);
    if (runner.definition.deadLetterArn)
      destinations.queues.send(runner.definition.deadLetterArn, event.payload);
    if (!settings.onFailure && !runner.definition.deadLetterArn) {
      logger.warn(
        `${runner.definition.bundle} discarded the event ${event.requestId} after its last retry: it has no failure destination.`,
      );
    }
    queue.remove(event.id);
  }

  /** @param result of the last attempt; absent when this time there was none */
  async #deliver(arn: string, event: QueuedEvent, condition: string, result?: Settled): Promise<void> {
    const { runner, qualifier = '$LATEST', destinations } = this.#dependencies;
    const { name, arn: plainArn } = runner.definition;
    const functionArn = qualified(plainArn, qualifier);
    const succeeded = condition === 'Success';
    const at = new Date();
    const record = {
      version: '1.0',
      timestamp: at.toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn,
        condition,
        approximateInvokeCount: event.failures + (result ? 1 : 0),
      },
      requestPayload: JSON.parse(event.payload),
      ...(result ? responseOf(result) : {}),
    };
    const outcome = { record, succeeded, functionArn, objectKey: recordKey(['async', name], at) };
    await deliver(arn, outcome, destinations, this.#dependencies.authorise);
  }
}

/** What the function answered, as a record says it. */
const responseOf = (result: Settled) => ({
  responseContext: {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(result.kind === 'error' ? { functionError: 'Unhandled' } : {}),
  },
  responsePayload: result.kind === 'error' ? result.error : result.payload,
});

/** Reads a streamed answer to its end: an asynchronous invocation has no one to stream to. */
async function settle(result: InvokeResult): Promise<Settled> {
  if (result.kind !== 'stream') return result;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of result.body) chunks.push(chunk);
    return { kind: 'payload', payload: Buffer.concat(chunks).toString() };
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: 'error', error: { errorType: name, errorMessage: message } };
  }
}
