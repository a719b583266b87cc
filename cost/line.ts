import type { Resource, SynthesizedStack } from '../review/synthesized-stack.ts';
import { type PriceName, prices } from './prices.ts';
import type { Usage } from './usage.ts';

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

/** The cost of a resource of one type in a month. */
export type Meter = (resource: Resource, usage: Usage, stack: SynthesizedStack) => Line[];

/** The contract's name of a resource: its own without the stage's prefix. */
export const nameIn = <N extends string>(full: unknown, names: readonly N[]): N | undefined =>
  names.find((name) => String(full).endsWith(`-${name}`));

export const numberIn = (resource: Resource, argument: string, otherwise: number) =>
  Number(resource.values[argument] ?? otherwise);

/** A block of arguments: an object in a stack, a list in a plan. */
export const blockOf = (value: unknown) => (Array.isArray(value) ? value[0] : value) as unknown;
