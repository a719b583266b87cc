import type { Aggregate, StreamId } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import type { SeededRandom } from '../seeded-random.ts';

/** A stream that is being written to. */
export interface OpenStream {
  readonly id: StreamId;
  /** Valid commits that still follow a poisoned one; absent while the stream can be read. */
  poisoned?: number;
}

const tenants = ['tenant-one', 'tenant-two'] as const;

/** Kinds of streams, in proportion to how often they are listed. */
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

/** The streams that writers choose from: always the same number, with new ones in place of those that ended. */
export class Streams {
  readonly #open: OpenStream[] = [];
  readonly #contents = new Map<string, string[]>();
  #made = 0;

  /** @param count streams that are open at the same time */
  constructor(count: number) {
    for (let n = 0; n < count; n += 1) this.#open.push(this.#make());
  }

  /** Adds a stream of the given kind. */
  add(aggregate: Aggregate): OpenStream {
    const stream = this.#make(aggregate);
    this.#open.push(stream);
    return stream;
  }

  pick(random: SeededRandom): OpenStream {
    return random.pick(this.#open);
  }

  /** Ends a stream, so that no writer chooses it again. */
  end(stream: OpenStream): void {
    const place = this.#open.indexOf(stream);
    if (place >= 0) this.#open[place] = this.#make();
  }

  /** Records a registered content item, for jobs. */
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
