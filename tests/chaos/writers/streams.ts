import type { Aggregate, StreamId } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import type { SeededRandom } from '../seeded-random.ts';

/** A stream that is being written to. */
export interface OpenStream {
  readonly id: StreamId;
  /** Good commits still to come after a poisoned one; absent while it can be read. */
  poisoned?: number;
}

const tenants = ['tenant-one', 'tenant-two'] as const;

/** Kinds of streams, each as often as it stands here. */
const mixture: readonly Aggregate[] = [
  'session',
  'content',
  'session',
  'job',
  'usage',
  'session',
  'content',
  'session',
  'job',
];

/** The streams that writers choose from: as many all the time, new ones in the place of those that are over. */
export class Streams {
  readonly #open: OpenStream[] = [];
  readonly #contents = new Map<string, string[]>();
  #made = 0;

  /** @param count streams that are open at once */
  constructor(count: number) {
    for (let n = 0; n < count; n += 1) this.#open.push(this.#make());
  }

  /** One more stream, of a certain kind. */
  add(aggregate: Aggregate): OpenStream {
    const stream = this.#make(aggregate);
    this.#open.push(stream);
    return stream;
  }

  pick(random: SeededRandom): OpenStream {
    return random.pick(this.#open);
  }

  /** Ends a stream; nobody chooses it any more. */
  end(stream: OpenStream): void {
    const place = this.#open.indexOf(stream);
    if (place >= 0) this.#open[place] = this.#make();
  }

  /** A content item is there, for jobs to be about. */
  registered({ tenant, id }: StreamId): void {
    const known = this.#contents.get(tenant) ?? [];
    if (!known.includes(id)) this.#contents.set(tenant, [...known, id].slice(-50));
  }

  contentIds(tenant: string): readonly string[] {
    return this.#contents.get(tenant) ?? [];
  }

  #make(aggregate: Aggregate = mixture[this.#made % mixture.length] ?? 'session'): OpenStream {
    this.#made += 1;
    const tenant = tenants[this.#made % tenants.length] ?? tenants[0];
    return { id: { tenant, aggregate, id: uuid() } };
  }
}
