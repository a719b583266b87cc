import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { InvokeResult } from '../../../contracts.ts';
import type { LogFile } from '../../../process/log-file.ts';
import type { Warden } from '../../../process/warden.ts';
import type { FunctionDefinition } from '../definition.ts';
import { heapFlags, type SandboxPlatform, sandboxEnvironment } from '../environment.ts';
import { exitError, type LambdaError, lambdaErrors } from '../errors.ts';
import { memoryOf } from './memory.ts';
import { type Priority, setSandboxPriority } from './priority.ts';
import { watchProcessor } from './processor.ts';
import type { Report } from './report.ts';
import { type Invocation, RuntimeApi, type RuntimeListener, StreamedError } from './runtime-api.ts';

const hook = hookWith(process.env.NODE_COMPILE_CACHE);
const runtimeClient = fileURLToPath(import.meta.resolve('aws-lambda-ric'));
const megabyte = 1024 * 1024;
/** Milliseconds between two looks at a busy sandbox's memory. */
const memoryWatchMs = 100;

/** @param cache the folder where this process keeps compiled code; a sandbox keeps its own code there too */
function hookWith(cache: string | undefined): string {
  const url = new URL('./hook.mjs', import.meta.url);
  if (cache) url.searchParams.set('cache', resolve(cache));
  return url.href;
}

export interface SandboxDependencies {
  readonly definition: FunctionDefinition;
  readonly platform: SandboxPlatform;
  readonly warden: Warden;
  readonly log: LogFile;
  /** Milliseconds a sandbox may take to initialize. Lambda: 10 s. */
  readonly initLimitMs: number;
  /** Leaves every sandbox at the platform's priority. */
  readonly equalPriorities?: boolean;
}

/** A sandbox that failed before its first event. */
export class InitError extends Error {
  override readonly name = 'InitError';
  readonly error: LambdaError;

  constructor(error: LambdaError) {
    super(`${error.errorType}: ${error.errorMessage}`);
    this.error = error;
  }
}

/** An invocation under way. */
export interface Run {
  /** The function's answer; of a stream, its beginning. */
  readonly result: Promise<InvokeResult>;
  /** Resolves when the sandbox asks for the next event, or ends. */
  readonly released: Promise<Report>;
}

interface Current {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly answer: (result: InvokeResult) => void;
  readonly release: (report: Report) => void;
  readonly timers: readonly NodeJS.Timeout[];
  stream?: Readable;
  error?: LambdaError;
}

/**
 * One execution environment: a process that runs AWS's own runtime interface client on the function's bundle, frozen
 * while it is idle.
 */
export class Sandbox implements RuntimeListener {
  readonly #dependencies: SandboxDependencies;
  readonly #startedAt = performance.now();
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;
  #started: { resolve: () => void; reject: (error: InitError) => void } | undefined;
  #give: ((invocation: Invocation, deadline: number) => void) | undefined;
  #current: Current | undefined;
  #initMs: number | undefined;
  #frozen = false;
  #priority: Priority | undefined;
  #ended = false;
  /** When it last became idle, by `performance.now()`; idle sandboxes are reaped by it. */
  idleSince = 0;
  onExit: () => void = () => {};

  private constructor(dependencies: SandboxDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Starts a sandbox and waits until it asks for an event.
   * @throws InitError when it fails, or takes longer than `initLimitMs`
   */
  static async start(dependencies: SandboxDependencies): Promise<Sandbox> {
    const sandbox = new Sandbox(dependencies);
    sandbox.#api = await RuntimeApi.listen(sandbox);
    const initialized = new Promise<void>((resolve, reject) => {
      sandbox.#started = { resolve, reject };
    });
    const limit = setTimeout(
      () => sandbox.#failInit(lambdaErrors.initTimeout(dependencies.initLimitMs / 1000)),
      dependencies.initLimitMs,
    );
    sandbox.#spawn(sandbox.#api.address);
    try {
      await initialized;
      return sandbox;
    } finally {
      clearTimeout(limit);
    }
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** Gives it an event. It must be idle. */
  run(invocation: Invocation): Run {
    const give = this.#give;
    if (!give || this.#current) throw new Error('The sandbox is not idle.');
    this.#give = undefined;
    this.#thaw();
    const answered = Promise.withResolvers<InvokeResult>();
    const released = Promise.withResolvers<Report>();
    const limitMs = this.#dependencies.definition.timeoutSeconds * 1000;
    this.#current = {
      invocation,
      startedAt: performance.now(),
      answer: answered.resolve,
      release: released.resolve,
      timers: [
        setTimeout(() => this.#timeOut(), limitMs),
        setInterval(() => void this.#watchMemory(), memoryWatchMs),
        ...this.#watchProcessor(invocation),
      ],
    };
    give(invocation, Date.now() + limitMs);
    return { result: answered.promise, released: released.promise };
  }

  /** Stops its processor time, as Lambda does between invocations. */
  freeze(): void {
    if (this.#frozen || this.#ended || this.#current) return;
    this.#frozen = this.#child?.kill('SIGSTOP') ?? false;
  }

  /** Whether it works on an event. */
  get busy(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Kills it at once, as Lambda does: the function gets no warning.
   * @returns its process id; undefined when it has ended
   */
  kill(): number | undefined {
    return this.#child?.kill('SIGKILL') ? this.#child.pid : undefined;
  }

  next(give: (invocation: Invocation, deadline: number) => void): void {
    this.#give = give;
    this.idleSince = performance.now();
    if (this.#started) {
      this.#initMs = performance.now() - this.#startedAt;
      this.#started.resolve();
      this.#started = undefined;
      return;
    }
    void this.#release();
  }

  response(requestId: string, payload: string | undefined): void {
    if (payload === undefined) this.error(requestId, lambdaErrors.responseTooLarge());
    else this.#answer(requestId, { kind: 'payload', payload: JSON.parse(payload) });
  }

  streamedResponse(requestId: string, contentType: string, body: Readable): void {
    const current = this.#current;
    if (current?.invocation.requestId !== requestId) {
      body.destroy();
      return;
    }
    current.stream = body;
    body.once('error', (error) => {
      current.error ??=
        error instanceof StreamedError ? error.error : { errorType: error.name, errorMessage: error.message };
    });
    current.answer({ kind: 'stream', contentType, body });
  }

  error(requestId: string, error: LambdaError): void {
    if (this.#current?.invocation.requestId === requestId) this.#current.error = error;
    this.#answer(requestId, { kind: 'error', error });
  }

  initError(error: LambdaError): void {
    this.#failInit(error);
  }

  #spawn(runtimeApi: string): void {
    const { definition, platform, warden, log } = this.#dependencies;
    const title = `--title=nova ${definition.bundle}`;
    const flags = [title, ...heapFlags(definition.memoryMb), '--import', hook];
    const child = spawn(process.execPath, [...flags, runtimeClient, definition.handler], {
      cwd: definition.directory,
      env: sandboxEnvironment(definition, platform, runtimeApi),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal is for the platform, which ends its sandboxes in order.
      detached: true,
    });
    this.#child = child;
    this.prioritise(this.#fullPriority);
    warden.watch(child);
    log.follow(child.stdout);
    log.follow(child.stderr);
    child.once('error', (error) =>
      this.#failInit({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message }),
    );
    child.once('exit', (code, signal) => this.#exited(code, signal));
  }

  #answer(requestId: string, result: InvokeResult): void {
    if (this.#current?.invocation.requestId === requestId) this.#current.answer(result);
  }

  #thaw(): void {
    if (this.#frozen) this.#child?.kill('SIGCONT');
    this.#frozen = false;
  }

  #watchProcessor({ asynchronous, place }: Invocation): NodeJS.Timeout[] {
    const pid = this.#child?.pid;
    if (pid === undefined) return [];
    const onIdle = () => place?.leave();
    const onLong = () => {
      if (!asynchronous) return;
      // Invocations that somebody waits for, and shorter ones, go first.
      this.prioritise('background');
      place?.leave();
    };
    return [watchProcessor(pid, { onIdle, onLong })];
  }

  get #fullPriority(): Priority {
    return this.#dependencies.definition.readsStream ? 'platform' : 'ordinary';
  }

  get priority(): Priority | undefined {
    return this.#priority;
  }

  /** @returns false when it keeps a lower priority: only root may raise one */
  prioritise(priority: Priority): boolean {
    if (this.#priority === priority) return true;
    const pid = this.#child?.pid;
    if (pid === undefined || this.#ended) return false;
    if (!this.#dependencies.equalPriorities && !setSandboxPriority(pid, priority)) return false;
    this.#priority = priority;
    return true;
  }

  /** A sandbox that would stay slow ends instead. */
  #restore(): void {
    if (this.#priority === 'background' && !this.prioritise(this.#fullPriority)) this.kill();
  }

  /** Whether it may take another event. */
  get reusable(): boolean {
    return !this.#ended && this.#priority !== 'background';
  }

  #timeOut(): void {
    const { definition } = this.#dependencies;
    const requestId = this.#current?.invocation.requestId ?? '';
    this.#end(lambdaErrors.timeout(requestId, definition.timeoutSeconds));
  }

  async #watchMemory(): Promise<void> {
    const current = this.#current;
    const use = this.#child?.pid === undefined ? undefined : await memoryOf(this.#child.pid);
    if (!use || !current || current !== this.#current) return;
    if (use.now > this.#dependencies.definition.memoryMb * megabyte) {
      this.#end(lambdaErrors.outOfMemory(current.invocation.requestId));
    }
  }

  /** Kills the process and fails its invocation with an error of the platform. */
  #end(error: LambdaError): void {
    if (this.#current) this.#current.error = error;
    this.kill();
  }

  #failInit(error: LambdaError): void {
    this.#started?.reject(new InitError(error));
    this.#started = undefined;
    this.kill();
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#ended = true;
    this.#api?.close();
    this.#failInit(exitError('', code, signal));
    const current = this.#current;
    if (current) {
      current.error ??= exitError(current.invocation.requestId, code, signal);
      current.answer({ kind: 'error', error: current.error });
      current.stream?.destroy(new Error(current.error.errorMessage));
    }
    void this.#release();
    this.onExit();
  }

  async #release(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    for (const timer of current.timers) clearTimeout(timer);
    // A runtime that asks for the next event without answering the last one has answered null.
    current.answer({ kind: 'payload', payload: null });
    const durationMs = performance.now() - current.startedAt;
    const initMs = this.#initMs;
    this.#initMs = undefined;
    const use = this.#ended || this.#child?.pid === undefined ? undefined : await memoryOf(this.#child.pid);
    this.#restore();
    current.release({ durationMs, initMs, peakMemory: use?.peak ?? 0, error: current.error });
  }
}
