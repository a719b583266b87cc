import { UnreadableCommitError } from '@nova/shared/events/commit';
import type { EventMetadata } from '@nova/shared/events/index';
import { record } from '../../../lambdas/commands/execute.ts';
import { DomainError } from '../../../lambdas/domain/errors.ts';
import { StreamErasedError } from '../../../lambdas/event-store/encryption/encryption.ts';
import {
  ContentionError,
  type EventStore,
  ExpectedVersionConflictError,
} from '../../../lambdas/event-store/store.ts';
import { isDeletion } from '../checks/expected-rows.ts';
import { isFault } from '../faults/inject.ts';
import { type Poison, Poisons, poison, type Table } from '../faults/poison.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { histories } from './histories/index.ts';
import type { Ledger } from './ledger.ts';
import type { OpenStream, Streams } from './streams.ts';

export interface WritersOptions {
  /** Records its responses in the ledger. */
  readonly store: EventStore;
  readonly ledger: Ledger;
  readonly table: Table;
  readonly streams: Streams;
  readonly random: SeededRandom;
  /** Poisoned commits, as a share of the others. */
  readonly poisonShare: number;
  /** The number of concurrent writers. */
  readonly count: number;
  /** Whether enough events are written. */
  readonly enough: () => boolean;
}

const metadata: EventMetadata = { correlationId: 'chaos', causationId: 'chaos', actor: 'function:chaos' };

/** Valid commits that follow a poisoned one in its stream. */
const afterPoison = 3;

/**
 * Writes until `enough`: commands on streams of all kinds, some of them concurrently on the same stream, and poisoned
 * commits directly into the table.
 * @returns the poisoned commits
 * @throws any error that is neither a refusal nor an injected fault
 */
export async function write(options: WritersOptions): Promise<Poison[]> {
  const poisons = new Poisons(() => options.ledger.acknowledgedCommits * options.poisonShare);
  const writers = Array.from({ length: options.count }, () => new Writer(options, poisons).work());
  await Promise.all(writers);
  return poisons.put;
}

class Writer {
  readonly #options: WritersOptions;
  readonly #random: SeededRandom;
  readonly #poisons: Poisons;

  constructor(options: WritersOptions, poisons: Poisons) {
    this.#options = options;
    this.#random = options.random.fork();
    this.#poisons = poisons;
  }

  async work(): Promise<void> {
    while (!this.#options.enough()) {
      const stream = this.#options.streams.pick(this.#random);
      try {
        await (stream.poisoned === undefined
          ? this.#command(stream)
          : this.#appendNote(stream, stream.poisoned));
      } catch (error) {
        if (!isRefusal(error) && !isFault(error)) throw error;
      }
    }
  }

  async #command(stream: OpenStream): Promise<void> {
    const { store, streams } = this.#options;
    const { id } = stream;
    const dependencies = { store, random: this.#random, metadata, contentIds: streams.contentIds(id.tenant) };
    const wrote = await histories[id.aggregate].write(dependencies, id);
    if (!wrote) {
      if (id.aggregate !== 'job' || dependencies.contentIds.length > 0) streams.end(stream);
      return;
    }
    if (id.aggregate === 'content') streams.registered(id);
    await this.#poisons.add(() => this.#poison(stream));
  }

  /** The stream cannot be read from here on, so commands that read it first are no longer possible. */
  async #poison(stream: OpenStream): Promise<Poison | undefined> {
    const { store, table } = this.#options;
    const { events, version } = await store.load(stream.id);
    if (events.some(({ type }) => isDeletion(type))) return undefined;
    const event = histories[stream.id.aggregate].note(this.#random);
    const put = await poison(table, stream.id, version + 1, event, metadata, this.#random);
    if (put) stream.poisoned = afterPoison;
    return put;
  }

  async #appendNote(stream: OpenStream, left: number): Promise<void> {
    stream.poisoned = left - 1;
    const note = histories[stream.id.aggregate].note(this.#random);
    await record(this.#options.store, stream.id, metadata, [note]);
    if (left <= 1) this.#options.streams.end(stream);
  }
}

/** The command did not fit the state of the stream, or the stream cannot be read since it was poisoned. */
const isRefusal = (error: unknown) =>
  error instanceof DomainError ||
  error instanceof StreamErasedError ||
  error instanceof ExpectedVersionConflictError ||
  error instanceof ContentionError ||
  error instanceof UnreadableCommitError;

/** Lets many writers append to one stream concurrently, without reading it first. */
export async function contend(options: WritersOptions, stream: OpenStream, writers: number): Promise<void> {
  const { store, streams } = options;
  const all = Array.from({ length: writers }, () => ({
    store,
    random: options.random.fork(),
    metadata,
    contentIds: streams.contentIds(stream.id.tenant),
  }));
  const written = all.map((dependencies) => histories[stream.id.aggregate].write(dependencies, stream.id));
  for (const outcome of await Promise.allSettled(written)) {
    if (outcome.status === 'rejected' && !isRefusal(outcome.reason) && !isFault(outcome.reason)) {
      throw outcome.reason;
    }
  }
}
