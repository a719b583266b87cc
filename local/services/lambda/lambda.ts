import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Functions, InvokeResult, Logger, Stack } from '../../contracts.ts';
import { LogFile } from '../../process/log-file.ts';
import type { Warden } from '../../process/warden.ts';
import { aliasesOf, qualified } from './arn.ts';
import { AsyncQueue } from './async/queue.ts';
import { asyncSettingsOf } from './async/settings.ts';
import { AsyncWorker, type WorkerDependencies } from './async/worker.ts';
import { codeProblem } from './code.ts';
import { functionsOf } from './definition.ts';
import type { Destinations } from './destinations.ts';
import type { SandboxPlatform } from './environment.ts';
import { lambdaErrors } from './errors.ts';
import { apiKeyOf } from './places/api-key-of.ts';
import { Places } from './places/places.ts';
import { FunctionRunner, type InvokeOptions, type RunnerLimits, type Trail } from './runner.ts';

export interface LambdaDependencies {
  readonly stack: Stack;
  /** Where each bundle is built to a directory of its own. */
  readonly distDirectory: string;
  readonly dataDirectory: string;
  readonly platform: Omit<SandboxPlatform, 'scratchOf'>;
  /** Called when the first outcome is delivered: the services behind the destinations need the functions first. */
  readonly destinations: () => Destinations;
  /** @throws AwsError where a function's role does not allow an action */
  readonly authorise: (functionArn: string, action: string, resource: string) => void;
  readonly warden: Warden;
  readonly logger: Logger;
  readonly onTrail?: (trail: Trail & { readonly name: string }) => void;
  readonly limits?: Partial<RunnerLimits>;
  /** Milliseconds a sandbox may take to initialize. */
  readonly initLimitMs?: number;
  /** Functions may start and run this many times as long as on Lambda: for slow or busy machines, and for debuggers. */
  readonly timeoutFactor?: number;
  /** Functions keep the platform's priority: beside other busy programs, those that let others go first hardly get on. */
  readonly equalPriorities?: boolean;
  readonly retryDelaysMs?: readonly number[];
}

const defaultLimits: RunnerLimits = { concurrency: 8, waiting: 2000, idleMs: 300_000 };
/** Lambda's limit. */
const defaultInitLimitMs = 10_000;
/** Lambda waits one minute, then two; on a laptop, seconds do. */
const defaultRetryDelaysMs = [1000, 2000];

/** All functions of the stack: Lambda on one machine. */
export class Lambda implements Functions {
  readonly #runners = new Map<string, FunctionRunner>();
  readonly #workers = new Map<string, AsyncWorker>();
  readonly #logs: LogFile[] = [];
  readonly #queue: AsyncQueue;
  readonly #places = new Places(availableParallelism());
  readonly #apiKeyOf: (payload: string) => string;

  /** @throws StackError when a function of the stack cannot be understood */
  constructor(dependencies: LambdaDependencies) {
    this.#apiKeyOf = apiKeyOf(dependencies.stack);
    const settingsOf = asyncSettingsOf(dependencies.stack);
    const definitions = functionsOf(
      dependencies.stack,
      dependencies.distDirectory,
      dependencies.timeoutFactor,
    );
    this.#queue = new AsyncQueue(join(dependencies.dataDirectory, 'lambda.db'));
    for (const definition of definitions) {
      const problem = codeProblem(definition);
      if (problem) dependencies.logger.warn(problem);
      const runner = this.#runner(definition, dependencies);
      this.#runners.set(definition.arn, runner);
      for (const qualifier of [undefined, ...aliasesOf(dependencies.stack, definition.name)]) {
        const settings = settingsOf(definition.name, qualifier);
        const worker = this.#worker({ runner, qualifier, settings }, dependencies);
        this.#workers.set(qualified(definition.arn, qualifier), worker);
      }
    }
  }

  /** Resumes what was in the queue when the platform last ended. */
  start(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }

  get runners(): Iterable<FunctionRunner> {
    return this.#runners.values();
  }

  find(functionArn: string): FunctionRunner | undefined {
    return this.#runners.get(unqualified(functionArn));
  }

  /** Whether the stack has a function, or an alias, of this ARN. */
  has(functionArn: string): boolean {
    return this.#workers.has(functionArn);
  }

  /** Asynchronous invocations that are not finished. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * @param bundle `event-projector`
   * @throws RangeError naming the bundles there are
   */
  named(bundle: string): FunctionRunner {
    const runners = [...this.#runners.values()];
    const found = runners.find(({ definition }) => definition.bundle === bundle);
    if (found) return found;
    const known = runners.map(({ definition }) => definition.bundle).join(', ');
    throw new RangeError(`The stack has no function ${bundle}; it has ${known}.`);
  }

  /**
   * Kills a sandbox with SIGKILL: a busy one, else any.
   * @param bundle any function when absent
   * @returns its process id; undefined when there is no sandbox
   */
  kill(bundle?: string): number | undefined {
    const runners = bundle === undefined ? [...this.#runners.values()] : [this.named(bundle)];
    const sandboxes = runners.flatMap((runner) => [...runner.sandboxes]);
    return (sandboxes.find(({ busy }) => busy) ?? sandboxes[0])?.kill();
  }

  async invoke(
    functionArn: string,
    payload: unknown,
    signal?: AbortSignal,
    options: InvokeOptions = {},
  ): Promise<InvokeResult> {
    const runner = this.find(functionArn);
    if (!runner) return { kind: 'error', error: lambdaErrors.unknownFunction(functionArn) };
    return runner.invoke(payload, { ...options, signal });
  }

  /** Runs a function for a request with an API key, beside the invocations of other keys. */
  async invokeFor(
    apiKey: string,
    ...[functionArn, payload, signal, options]: Parameters<Lambda['invoke']>
  ): Promise<InvokeResult> {
    const place = await this.#places.take(apiKey, 'request');
    try {
      return await this.invoke(functionArn, payload, signal, { ...options, place });
    } finally {
      place.leave();
    }
  }

  /** @throws Error for a function the stack does not have */
  enqueue(functionArn: string, payload: unknown): void {
    const worker = this.#workers.get(functionArn);
    if (!worker) throw new Error(lambdaErrors.unknownFunction(functionArn).errorMessage);
    const text = JSON.stringify(payload ?? null);
    this.#queue.add({ functionArn, apiKey: this.#apiKeyOf(text), payload: text }, Date.now());
    worker.wake();
  }

  /** Makes the next invocation of a bundle's function run the present build. */
  reload(bundle: string): boolean {
    const runner = [...this.#runners.values()].find(({ definition }) => definition.bundle === bundle);
    runner?.reload();
    return runner !== undefined;
  }

  /** Stops running functions; events are still queued, for the next start. */
  stop(): void {
    for (const worker of this.#workers.values()) worker.close();
    for (const runner of this.#runners.values()) runner.close();
  }

  close(): void {
    this.stop();
    this.#queue.close();
    for (const log of this.#logs) log.close();
  }

  #worker(
    target: Pick<WorkerDependencies, 'runner' | 'qualifier' | 'settings'>,
    { destinations, authorise, logger, retryDelaysMs = defaultRetryDelaysMs }: LambdaDependencies,
  ): AsyncWorker {
    return new AsyncWorker({
      ...target,
      queue: this.#queue,
      places: this.#places,
      get destinations() {
        return destinations();
      },
      authorise: (...request) => authorise(target.runner.definition.arn, ...request),
      logger,
      retryDelaysMs,
    });
  }

  #runner(definition: FunctionRunner['definition'], dependencies: LambdaDependencies): FunctionRunner {
    const log = new LogFile(
      join(dependencies.dataDirectory, 'logs', `${definition.bundle}.log`),
      dependencies.logger.warn,
    );
    this.#logs.push(log);
    const scratchOf = (bundle: string) => {
      const path = join(dependencies.dataDirectory, 'tmp', bundle);
      mkdirSync(path, { recursive: true });
      return path;
    };
    return new FunctionRunner({
      definition,
      platform: { ...dependencies.platform, scratchOf },
      warden: dependencies.warden,
      log,
      initLimitMs: (dependencies.initLimitMs ?? defaultInitLimitMs) * (dependencies.timeoutFactor ?? 1),
      equalPriorities: dependencies.equalPriorities ?? false,
      limits: { ...defaultLimits, ...dependencies.limits },
      logger: dependencies.logger,
      onTrail: (trail) => dependencies.onTrail?.({ ...trail, name: definition.name }),
    });
  }
}

/** An ARN without its version or alias. */
const unqualified = (arn: string) => arn.split(':').slice(0, 7).join(':');
