import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What the X-Ray SDK uses of the package `cls-hooked`, on Node's own `AsyncLocalStorage`. The bundles hold this module in
 * place of the package, which follows each promise with an async hook: that took a third of the time of `video-handler`.
 * @see https://github.com/aws/aws-xray-sdk-node/issues/338
 */

type Context = Record<string, unknown>;

class Namespace {
  readonly #storage = new AsyncLocalStorage<Context>();
  /** The context of code that runs in no other: a function's, from its start on. */
  #outermost: Context | undefined;

  get active(): Context | undefined {
    return this.#storage.getStore() ?? this.#outermost;
  }

  /** A context that inherits the values of the active one. */
  createContext(): Context {
    return Object.create(this.active ?? null);
  }

  get(key: string): unknown {
    return this.active?.[key];
  }

  /** @throws Error when no context is active */
  set<T>(key: string, value: T): T {
    const { active } = this;
    if (!active) throw new Error('No context is active: call enter() or run() first.');
    active[key] = value;
    return value;
  }

  enter(context: Context): void {
    this.#outermost = context;
  }

  run(work: (context: Context) => void): Context {
    const context = this.createContext();
    this.#storage.run(context, work, context);
    return context;
  }

  /** The function, to run in the context that is active now. */
  bind<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
    const context = this.active ?? this.createContext();
    return (...args) => this.#storage.run(context, work, ...args);
  }
}

const namespaces = new Map<string, Namespace>();

export const getNamespace = (name: string): Namespace | undefined => namespaces.get(name);

export function createNamespace(name: string): Namespace {
  const namespace = new Namespace();
  namespaces.set(name, namespace);
  return namespace;
}

export const destroyNamespace = (name: string): boolean => namespaces.delete(name);
