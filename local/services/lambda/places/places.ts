/** A place to run on the processors of this machine. */
export interface Place {
  /** More of its key waits, while other keys use places too: then those go first. */
  readonly isCrowded: boolean;
  /** Gives it to others; once is enough. */
  leave(): void;
}

/** A request, which somebody waits for, or an event, which nobody waits for. */
export type Kind = 'request' | 'event';

/** What one API key holds, and what waits for it. */
interface Account {
  held: number;
  readonly waiting: Readonly<Record<Kind, (() => void)[]>>;
  /** The kind that was let in last: the two take turns. */
  last: Kind;
  /** When it last took or left a place, by `now`. */
  usedAt: number;
}

/** Milliseconds for which a key keeps its share after it has used it: the pause between two calls of a client. */
const shareMs = 1000;

/**
 * Divides the processors of this machine evenly among the API keys that use them. On AWS no invocation waits for the processor of
 * another; here one key's flood would take the processors from all keys.
 */
export class Places {
  readonly #count: number;
  readonly #now: () => number;
  readonly #accounts = new Map<string, Account>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param count places of all keys together; each key has one at least
   * @param now milliseconds of a monotonic clock
   */
  constructor(count: number, now = () => performance.now()) {
    this.#count = count;
    this.#now = now;
  }

  /** Waits for a place. A key of which nothing waits gets one more than its share, so that its request runs beside its event. */
  async take(apiKey: string, kind: Kind): Promise<Place> {
    const account = this.#accounts.get(apiKey) ?? this.#open(apiKey);
    account.usedAt = this.#now();
    if (nothingWaits(account) && account.held <= this.#share()) admit(account, kind);
    else await this.#wait(account, kind);
    let isHeld = true;
    return {
      isCrowded: this.#accounts.size > 1 && !nothingWaits(account),
      leave: () => {
        if (!isHeld) return;
        isHeld = false;
        account.held -= 1;
        account.usedAt = this.#now();
        this.#admit();
      },
    };
  }

  #open(apiKey: string): Account {
    const account: Account = { held: 0, waiting: { request: [], event: [] }, last: 'event', usedAt: 0 };
    this.#accounts.set(apiKey, account);
    return account;
  }

  /** Resolves once the account has the place. */
  #wait(account: Account, kind: Kind): Promise<void> {
    return new Promise((resolve) => {
      account.waiting[kind].push(resolve);
      this.#admit();
    });
  }

  #admit(): void {
    clearTimeout(this.#timer);
    const share = this.#share();
    for (const account of this.#accounts.values()) {
      while (account.held < share && !nothingWaits(account)) admitNext(account);
    }
    if ([...this.#accounts.values()].every(nothingWaits)) return;
    // The share of a key that stops goes to the others.
    this.#timer = setTimeout(() => this.#admit(), shareMs).unref();
  }

  /** Places of each key. Forgets the keys that use none. */
  #share(): number {
    const oldest = this.#now() - shareMs;
    for (const [apiKey, account] of this.#accounts) {
      if (account.held === 0 && nothingWaits(account) && account.usedAt < oldest)
        this.#accounts.delete(apiKey);
    }
    return Math.max(1, Math.floor(this.#count / this.#accounts.size));
  }
}

const nothingWaits = ({ waiting }: Account) => waiting.request.length + waiting.event.length === 0;

function admit(account: Account, kind: Kind): void {
  account.held += 1;
  account.last = kind;
}

function admitNext(account: Account): void {
  const { waiting, last } = account;
  const other = last === 'request' ? 'event' : 'request';
  const kind = waiting[other].length > 0 ? other : last;
  admit(account, kind);
  waiting[kind].shift()?.();
}
