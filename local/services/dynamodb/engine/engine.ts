import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '@nova/shared/run-main';
import type { Logger } from '../../../contracts.ts';
import { LogFile } from '../../../process/log-file.ts';
import { freePort, secretAddress } from '../../../process/this-machine.ts';
import type { Warden } from '../../../process/warden.ts';
import { EngineClient, table } from '../client.ts';
import { engineDatabase, indexStreams } from './database.ts';
import { locateEngine } from './locate.ts';

/** Milliseconds the engine may take to answer for the first time. */
const startLimitMs = 30_000;
/** Restarts of the engine in a window before the platform fails. */
const restarts = { most: 5, windowMs: 60_000 };
/** Milliseconds the engine is given to end by itself. */
const stopLimitMs = 3000;

export interface EngineDependencies {
  readonly dataDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly warden: Warden;
  readonly logger: Logger;
  /** Called when the engine cannot be kept running. */
  readonly onFatal: (error: UserError) => void;
}

/** The DynamoDB engine, running. */
export interface Engine {
  readonly client: EngineClient;
  /** For the banner: `dynoxide`, or the given address. */
  readonly description: string;
  /**
   * Deletes items past their time to live, as DynamoDB does by itself.
   * @returns how many; undefined where the engine does so by itself
   */
  sweep(): Promise<number | undefined>;
  close(): Promise<void>;
}

/**
 * Finds the DynamoDB engine, starts it on the data directory and keeps it running.
 * @throws UserError when there is none or it does not answer, or its file is missing or damaged
 */
export async function startEngine(dependencies: EngineDependencies): Promise<Engine> {
  const location = locateEngine(dependencies.environment);
  if (location.kind === 'program') return Dynoxide.start(location.path, dependencies);
  const client = new EngineClient(location.url);
  try {
    await waitUntilHealthy(client, `DynamoDB at ${location.url.href} (DYNAMODB_ENDPOINT)`);
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    client,
    description: location.url.href,
    sweep: async () => undefined,
    close: async () => client.close(),
  };
}

/** The engine takes any signature and lets every web page read its answers, so its address is secret. */
class Dynoxide implements Engine {
  readonly client: EngineClient;
  readonly description = 'dynoxide';
  readonly #program: string;
  readonly #dependencies: EngineDependencies;
  /** What it takes to use the maintenance interface. */
  readonly #token = randomBytes(32).toString('base64url');
  readonly #database: string;
  readonly #log: LogFile;
  #child: ChildProcess | undefined;
  #maintenancePort = 0;
  #starts: number[] = [];
  #closed = false;

  private constructor(program: string, dependencies: EngineDependencies) {
    this.#program = program;
    this.#dependencies = dependencies;
    this.#database = engineDatabase(dependencies.dataDirectory, dependencies.logger);
    this.#log = new LogFile(
      join(dependencies.dataDirectory, 'logs', 'dynamodb.log'),
      dependencies.logger.warn,
    );
    // The address is chosen when the program is started.
    this.client = new EngineClient(new URL('http://127.0.0.1/'));
  }

  static async start(program: string, dependencies: EngineDependencies): Promise<Dynoxide> {
    const engine = new Dynoxide(program, dependencies);
    try {
      await engine.#spawn();
      await waitUntilHealthy(engine.client, 'The DynamoDB engine');
      indexStreams(engine.#database);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async sweep(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.#maintenancePort}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'sweep_ttl', arguments: {} },
      }),
      signal: AbortSignal.timeout(startLimitMs),
    });
    const answer = (await response.json()) as { result?: { content?: { text?: string }[] } };
    const { items_deleted: deleted = 0 } = JSON.parse(answer.result?.content?.[0]?.text ?? '{}');
    return Number(deleted);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.client.close();
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exited, delay(stopLimitMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
    }
    this.#log.close();
  }

  /**
   * Starts the program, which cannot pick a port by itself. The ports are chosen anew each time: another process may have taken
   * one since it was free.
   */
  async #spawn(): Promise<void> {
    this.#starts.push(performance.now());
    const { host, port } = await secretAddress();
    this.#maintenancePort = await freePort();
    if (this.#closed) return;
    this.client.endpoint = new URL(`http://${host}:${port}/`);
    const serve = ['serve', '--host', host, '--port', String(port), '--db-path', this.#database];
    // Items past their time to live are deleted only through the maintenance interface.
    const maintenance = ['--mcp', '--mcp-port', String(this.#maintenancePort)];
    const child = spawn(this.#program, [...serve, ...maintenance], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not an argument, which every user of the machine could read.
      env: { DYNOXIDE_MCP_AUTH_TOKEN: this.#token },
      detached: true,
    });
    this.#child = child;
    this.#dependencies.warden.watch(child);
    this.#log.follow(child.stdout);
    this.#log.follow(child.stderr);
    child.once('error', (error) => this.#log.line(String(error)));
    child.once('exit', (code, signal) => this.#restart(signal ?? `exit status ${code}`));
  }

  #restart(how: string): void {
    if (this.#closed) return;
    const since = performance.now() - restarts.windowMs;
    this.#starts = this.#starts.filter((at) => at > since);
    if (this.#starts.length > restarts.most) {
      const message = `The DynamoDB engine ended ${this.#starts.length} times within a minute (${how}); see ${this.#log.path}.`;
      this.#dependencies.onFatal(new UserError(message));
      return;
    }
    this.#dependencies.logger.warn(`The DynamoDB engine ended (${how}) and is started again.`);
    this.#spawn().catch((error: Error) =>
      this.#dependencies.onFatal(
        new UserError(`The DynamoDB engine cannot be started again: ${error.message}.`, { cause: error }),
      ),
    );
  }
}

async function waitUntilHealthy(client: EngineClient, what: string): Promise<void> {
  const end = performance.now() + startLimitMs;
  for (;;) {
    try {
      await client.call(table('ListTables'), {});
      return;
    } catch (error) {
      if (performance.now() > end) {
        throw new UserError(`${what} does not answer: ${(error as Error).message}.`, { cause: error });
      }
      await delay(10);
    }
  }
}
