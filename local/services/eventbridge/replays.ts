import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import {
  IllegalStatusException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import type { Logger } from '../../contracts.ts';
import type { ArchivePosition, ArchiveStore } from './archive-store.ts';
import type { Archive, Bus } from './buses.ts';
import type { Router } from './router.ts';

export type ReplayState = 'RUNNING' | 'COMPLETED' | 'CANCELLED';

/** A replay; times in milliseconds since the epoch. */
export interface Replay {
  readonly name: string;
  readonly archiveArn: string;
  readonly description: string | undefined;
  readonly from: number;
  readonly to: number;
  /** Rules that may have the events; all when absent. */
  readonly filterArns: readonly string[] | undefined;
  readonly state: ReplayState;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** The event that was replayed last. */
  readonly last: ArchivePosition | undefined;
}

const schema = `CREATE TABLE IF NOT EXISTS replays (name TEXT PRIMARY KEY, replay TEXT NOT NULL) STRICT`;

/** Events that are replayed in one turn of the event loop. */
const chunk = 100;

export interface ReplaysDependencies {
  readonly store: ArchiveStore;
  readonly router: Pick<Router, 'route'>;
  /** The archives of all buses. */
  readonly archives: ReadonlyMap<string, { readonly archive: Archive; readonly bus: Bus }>;
  readonly logger: Logger;
}

/**
 * Replays of archives. The position of each is on disk, so a replay resumes after a restart; its last events may then be
 * delivered twice, as EventBridge may deliver any event twice.
 */
export class Replays {
  readonly #dependencies: ReplaysDependencies;
  readonly #database: DatabaseSync;
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(dependencies: ReplaysDependencies) {
    this.#dependencies = dependencies;
    this.#database = dependencies.store.database;
    this.#database.exec(schema);
  }

  /** Resumes what a restart interrupted. */
  resume(): void {
    for (const { name, state } of this.all()) if (state === 'RUNNING') this.#run(name);
  }

  /** @throws ResourceAlreadyExistsException for a name that was used */
  start(replay: Pick<Replay, 'name' | 'archiveArn' | 'description' | 'from' | 'to' | 'filterArns'>): Replay {
    if (this.#find(replay.name)) {
      throw new ResourceAlreadyExistsException({
        message: `Replay ${replay.name} already exists.`,
        $metadata: {},
      });
    }
    const started: Replay = {
      ...replay,
      state: 'RUNNING',
      startedAt: Date.now(),
      endedAt: undefined,
      last: undefined,
    };
    this.#save(started);
    this.#run(replay.name);
    return started;
  }

  /** @throws ResourceNotFoundException, or IllegalStatusException for one that has ended */
  cancel(name: string): Replay {
    const replay = this.get(name);
    if (replay.state !== 'RUNNING') {
      throw new IllegalStatusException({
        message: `Replay ${name} is not in a valid state for this operation.`,
        $metadata: {},
      });
    }
    return this.#end(replay, 'CANCELLED');
  }

  /** @throws ResourceNotFoundException */
  get(name: string): Replay {
    const replay = this.#find(name);
    if (replay) return replay;
    throw new ResourceNotFoundException({ message: `Replay ${name} does not exist.`, $metadata: {} });
  }

  all(): Replay[] {
    const rows = this.#database.prepare('SELECT replay FROM replays ORDER BY name').all();
    return rows.map((row) => JSON.parse(String(row.replay)) as Replay);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running);
  }

  #run(name: string): void {
    const work = this.#work(name).catch((error: unknown) => {
      this.#dependencies.logger.error(
        `Replay ${name} stopped: ${error instanceof Error ? error.stack : String(error)}`,
      );
    });
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #work(name: string): Promise<void> {
    for (;;) {
      await setImmediate();
      if (this.#closed) return;
      const replay = this.get(name);
      if (replay.state !== 'RUNNING') return;
      if (!this.#step(replay)) {
        this.#end(replay, 'COMPLETED');
        return;
      }
    }
  }

  /** @returns whether there was anything to replay */
  #step(replay: Replay): boolean {
    const { archives, store, router } = this.#dependencies;
    const source = archives.get(replay.archiveArn);
    if (!source) return false;
    const found = store.read(source.archive, replay.from, replay.to, replay.last, chunk);
    for (const { event } of found) {
      router.route(source.bus, { ...event, 'replay-name': replay.name }, replay.filterArns);
    }
    const last = found.at(-1);
    if (last)
      this.#save({
        ...this.get(replay.name),
        last: { time: Date.parse(last.event.time), position: last.position },
      });
    return last !== undefined;
  }

  #end(replay: Replay, state: ReplayState): Replay {
    const ended = { ...replay, state, endedAt: Date.now() };
    this.#save(ended);
    return ended;
  }

  #find(name: string): Replay | undefined {
    const row = this.#database.prepare('SELECT replay FROM replays WHERE name = ?').get(name);
    return row && (JSON.parse(String(row.replay)) as Replay);
  }

  #save(replay: Replay): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO replays VALUES (?, ?)')
      .run(replay.name, JSON.stringify(replay));
  }
}
