import { randomBytes, randomUUID } from 'node:crypto';
import type { InvokeResult, Logger } from '../../contracts.ts';
import { codeProblem, codeReturns, hasCode } from './code.ts';
import { type LambdaError, lambdaErrors, payloadLimitBytes } from './errors.ts';
import type { Place } from './places/places.ts';
import type { Priority } from './sandbox/priority.ts';
import { PlatformLog, type Report } from './sandbox/report.ts';
import type { Invocation } from './sandbox/runtime-api.ts';
import { InitError, Sandbox, type SandboxDependencies } from './sandbox/sandbox.ts';

export interface RunnerLimits {
  /** Sandboxes of one function at once; a laptop's stand-in for the account's 1,000. */
  readonly concurrency: number;
  /** Invocations that may wait for a sandbox; one more is throttled. */
  readonly waiting: number;
  /** Milliseconds an idle sandbox is kept. */
  readonly idleMs: number;
}

/** A finished invocation, for traces. */
export interface Trail {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly report: Report;
}

export interface RunnerDependencies extends SandboxDependencies {
  readonly limits: RunnerLimits;
  readonly logger: Logger;
  readonly onTrail: (trail: Trail) => void;
}

export interface InvokeOptions {
  readonly requestId?: string;
  /** `Root=1-…` of the caller's trace; a new one otherwise. */
  readonly traceRoot?: string;
  readonly signal?: AbortSignal | undefined;
  /** Nobody waits for the answer: once it has used half a second of a processor, the invocation lets others go first. */
  readonly asynchronous?: boolean;
  /** Its place on this machine, which it leaves when it does not need it: while it waits, and once it lets others go first. */
  readonly place?: Place | undefined;
}

/** Milliseconds a build may leave a function without its bundle. */
const buildLimitMs = 5000;

interface Waiting {
  readonly invocation: Invocation;
  readonly answer: (result: InvokeResult) => void;
}

/** Runs one function: keeps its sandboxes, gives each an event at a time, starts more while events wait. */
export class FunctionRunner {
  readonly #dependencies: RunnerDependencies;
  readonly #platformLog: PlatformLog;
  readonly #concurrency: number;
  readonly #sandboxes = new Set<Sandbox>();
  /** Last used last: the warmest is taken first, so that the others grow old and are reaped. */
  readonly #idle: Sandbox[] = [];
  readonly #queue: Waiting[] = [];
  readonly #reaper: NodeJS.Timeout;
  #starting = 0;
  #generation = 0;
  #closed = false;
  /** Whether its code was there at the last check. */
  #hadCode: boolean;
  /** The last problem reported, so that it is reported once. */
  #problem: string | undefined;

  constructor(dependencies: RunnerDependencies) {
    this.#dependencies = dependencies;
    this.#hadCode = hasCode(dependencies.definition);
    this.#platformLog = new PlatformLog(dependencies.log, dependencies.definition);
    const { reservedConcurrency = Number.POSITIVE_INFINITY } = dependencies.definition;
    this.#concurrency = Math.min(dependencies.limits.concurrency, reservedConcurrency);
    this.#reaper = setInterval(() => this.#reap(), dependencies.limits.idleMs / 2).unref();
  }

  get definition() {
    return this.#dependencies.definition;
  }

  /** Its sandboxes that have started, busy or idle. */
  get sandboxes(): ReadonlySet<Sandbox> {
    return this.#sandboxes;
  }

  /** The most invocations it runs at once. */
  get concurrency(): number {
    return this.#concurrency;
  }

  /** Runs the function on a payload; the answer is always a result, never an exception. */
  async invoke(payload: unknown, options: InvokeOptions = {}): Promise<InvokeResult> {
    const { definition, limits } = this.#dependencies;
    const { requestId = randomUUID(), signal, asynchronous = false, place } = options;
    const text = JSON.stringify(payload ?? null);
    const bytes = Buffer.byteLength(text);
    if (this.#closed) return failed(lambdaErrors.stopping());
    if (signal?.aborted) return failed(lambdaErrors.cancelled());
    if (bytes > payloadLimitBytes) return failed(lambdaErrors.requestTooLarge(bytes));
    if (this.#queue.length >= limits.waiting || this.#concurrency === 0)
      return failed(lambdaErrors.throttled());
    const traceHeader = traceHeaderOf(options.traceRoot, definition.tracing);
    return new Promise((answer) => {
      const waiting = {
        invocation: {
          requestId,
          functionArn: definition.arn,
          payload: text,
          traceHeader,
          asynchronous,
          place,
        },
        answer,
      };
      this.#queue.push(waiting);
      signal?.addEventListener('abort', () => this.#withdraw(waiting), { once: true });
      this.#pump();
      // All sandboxes are busy, and may stay so for long.
      if (this.#queue.length > this.#starting) place?.leave();
    });
  }

  /** Makes the next invocation run new code: sandboxes of the old code end as soon as they are idle. */
  reload(): void {
    this.#generation += 1;
    this.#problem = undefined;
    for (const sandbox of this.#idle.splice(0)) sandbox.kill();
  }

  /** Kills every sandbox; waiting invocations get the error that the platform stops. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#reaper);
    for (const { answer } of this.#queue.splice(0)) answer(failed(lambdaErrors.stopping()));
    for (const sandbox of this.#sandboxes) sandbox.kill();
  }

  /** Gives waiting events to idle sandboxes, and starts sandboxes for the rest. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const waiting = this.#queue[0];
      const sandbox = waiting && this.#takeIdle(this.#priorityOf(waiting.invocation));
      if (!sandbox) break;
      this.#queue.shift();
      this.#run(sandbox, waiting);
    }
    while (this.#queue.length > this.#starting && this.#sandboxes.size + this.#starting < this.#concurrency) {
      void this.#start();
    }
  }

  #priorityOf({ place }: Invocation): Priority {
    if (this.definition.readsStream) return 'platform';
    return place?.isCrowded ? 'crowded' : 'ordinary';
  }

  /** Takes the warmest sandbox that has a priority; any other takes it on, or ends where it may not. */
  #takeIdle(priority: Priority): Sandbox | undefined {
    const place = this.#idle.findLastIndex((sandbox) => sandbox.priority === priority);
    // At -1, where none has, is the last: the warmest of all.
    const [sandbox] = this.#idle.splice(place, 1);
    if (!sandbox || sandbox.prioritise(priority)) return sandbox;
    sandbox.kill();
    return this.#takeIdle(priority);
  }

  async #start(): Promise<void> {
    const generation = this.#generation;
    this.#starting += 1;
    try {
      if (this.#hadCode) await codeReturns(this.definition, buildLimitMs);
      this.#hadCode = hasCode(this.definition);
      if (!this.#hadCode) this.#report(codeProblem(this.definition) ?? '');
      const sandbox = await Sandbox.start(this.#dependencies);
      this.#adopt(sandbox, generation);
    } catch (error) {
      this.#initFailed(error);
    } finally {
      this.#starting -= 1;
    }
    this.#pump();
  }

  #adopt(sandbox: Sandbox, generation: number): void {
    if (this.#closed || !sandbox.alive) {
      sandbox.kill();
      return;
    }
    this.#sandboxes.add(sandbox);
    sandbox.onExit = () => {
      this.#sandboxes.delete(sandbox);
      const index = this.#idle.indexOf(sandbox);
      if (index >= 0) this.#idle.splice(index, 1);
      this.#pump();
    };
    this.#rest(sandbox, generation);
  }

  /** Waiting invocations get the error: another start would fail the same way. */
  #initFailed(cause: unknown): void {
    const error: LambdaError =
      cause instanceof InitError
        ? cause.error
        : {
            errorType: 'ServiceException',
            errorMessage: cause instanceof Error ? cause.message : String(cause),
          };
    if (!this.#closed) {
      this.#platformLog.initFailed(error);
      const { bundle } = this.definition;
      this.#report(
        `${bundle} does not start: ${error.errorType}: ${error.errorMessage}. Correct it and run \`make build\`; the next call runs the new code. More in logs/${bundle}.log.`,
      );
    }
    for (const { answer } of this.#queue.splice(0)) answer(failed(error));
  }

  #run(sandbox: Sandbox, { invocation, answer }: Waiting): void {
    const generation = this.#generation;
    const startedAt = Date.now();
    this.#platformLog.start(invocation);
    const { result, released } = sandbox.run(invocation);
    void result.then(answer);
    void released.then((report) => {
      this.#finished({ invocation, startedAt, report });
      if (sandbox.reusable) this.#rest(sandbox, generation);
      this.#pump();
    });
  }

  #finished(trail: Trail): void {
    const { invocation, report } = trail;
    // The function's output is still on its way through the pipe.
    setImmediate(() => this.#platformLog.report(invocation, report));
    this.#dependencies.onTrail(trail);
    if (!report.error || this.#closed) return;
    const { errorType, errorMessage } = report.error;
    const { logger, log, definition } = this.#dependencies;
    logger.error(
      `${definition.bundle} failed: ${errorType}: ${errorMessage} (${invocation.requestId}, ${log.path})`,
    );
  }

  /** Makes a sandbox idle; it is frozen unless an event waits for it. */
  #rest(sandbox: Sandbox, generation: number): void {
    if (generation !== this.#generation || this.#closed) {
      sandbox.kill();
      return;
    }
    this.#idle.push(sandbox);
    this.#pump();
    sandbox.freeze();
  }

  #withdraw(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    waiting.answer(failed(lambdaErrors.cancelled()));
  }

  #reap(): void {
    const oldest = performance.now() - this.#dependencies.limits.idleMs;
    for (const sandbox of this.#idle.filter(({ idleSince }) => idleSince < oldest)) sandbox.kill();
  }

  #report(problem: string): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#dependencies.logger.error(problem);
  }
}

const failed = (error: LambdaError): InvokeResult => ({ kind: 'error', error });

function traceHeaderOf(root: string | undefined, sampled: boolean): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const trace = root ?? `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${trace};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled ? 1 : 0}`;
}
