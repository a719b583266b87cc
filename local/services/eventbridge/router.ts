import type { ArchiveStore } from './archive-store.ts';
import type { Archive, Bus } from './buses.ts';
import type { Delivery } from './delivery.ts';
import type { BusEvent } from './event.ts';

/** Milliseconds between sweeps of an archive's old events. */
const sweepEvery = 3600 * 1000;

/** @param bus its name */
export type BusListener = (event: BusEvent, bus: string) => void;

/** Takes an event from its bus to the archives, the rules' targets and the listeners. */
export class Router {
  readonly #delivery: Delivery;
  readonly #archives: ArchiveStore;
  readonly #swept = new Map<string, number>();
  readonly #listeners = new Set<BusListener>();

  constructor(delivery: Delivery, archives: ArchiveStore) {
    this.#delivery = delivery;
    this.#archives = archives;
  }

  /** Archives and targets have the event on disk when this returns. */
  publish(bus: Bus, event: BusEvent): void {
    for (const archive of bus.archives) if (archive.matches(event)) this.#keep(archive, event);
    this.route(bus, event);
    for (const listener of this.#listeners) listener(event, bus.name);
  }

  /** Calls the listener for every event from now on, once it is on disk. @returns a function that ends this */
  watch(listener: BusListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes an event to the targets of the rules that match it.
   * @param only ARNs of the rules to use; all by default
   */
  route({ rules }: Bus, event: BusEvent, only?: readonly string[]): void {
    for (const rule of rules) {
      if (only && !only.includes(rule.arn)) continue;
      if (!rule.matches(event)) continue;
      for (const target of rule.targets) this.#delivery.deliver(event, rule, target);
    }
  }

  #keep(archive: Archive, event: BusEvent): void {
    this.#archives.add(archive, event);
    const now = Date.now();
    if (now - (this.#swept.get(archive.arn) ?? 0) < sweepEvery) return;
    this.#archives.expire(archive);
    this.#swept.set(archive.arn, now);
  }
}
