import { type PriceName, prices } from './prices.ts';

/** One line of a bill. */
export interface Line {
  /** The billed resource: its address or, for a shared item, its type. */
  readonly resource: string;
  readonly what: string;
  readonly quantity: number;
  readonly price: PriceName;
  /** US dollars a month. */
  readonly dollars: number;
  /** Whether it is also paid while idle. */
  readonly fixed: boolean;
  /** What the price leaves out, if that matters. */
  readonly note?: string;
}

type Rest = Partial<Pick<Line, 'fixed' | 'note'>> & { readonly free?: boolean };

/** @param quantity units of the price, a month */
export function line(
  resource: string,
  what: string,
  quantity: number,
  price: PriceName,
  { fixed = false, note, free = false }: Rest = {},
): Line {
  const dollars = free ? 0 : quantity * prices[price].dollars;
  return { resource, what, quantity, price, dollars, fixed, ...(note ? { note } : {}) };
}

export const total = (lines: readonly Line[]) => lines.reduce((sum, { dollars }) => sum + dollars, 0);
