import { defaultModels, tokenCostUsd } from '@nova/shared/models';
import type { SynthesizedStack } from '../review/synthesized-stack.ts';
import { alternatives } from './alternatives.ts';
import { type Line, total } from './line.ts';
import { linesOf } from './meters/all.ts';
import { isOn, options } from './options.ts';
import type { Profile } from './profile.ts';
import { usageOf } from './usage.ts';

/** The cost of a month of a profile. */
export interface Estimate {
  readonly profile: Profile;
  readonly lines: readonly Line[];
  /** US dollars a month, tokens aside. */
  readonly dollars: number;
  /** The part of that which is also paid while idle. */
  readonly fixed: number;
  /** Tokens of models, which cost the same in every architecture. */
  readonly tokens: readonly { readonly model: string; readonly dollars: number }[];
  readonly tokenDollars: number;
  /** Protections that may be on or off; the lines hold the price of those that are on. */
  readonly options: readonly {
    readonly name: string;
    readonly setting: string;
    readonly on: boolean;
    readonly lines: readonly Line[];
    readonly dollars: number;
  }[];
  /** The seed's alternatives. */
  readonly alternatives: Readonly<
    Record<keyof typeof alternatives, { readonly lines: readonly Line[]; readonly dollars: number }>
  >;
}

/** @throws UnknownCostError for a resource of a type without a price */
export function estimate(stacks: readonly SynthesizedStack[], profile: Profile): Estimate {
  const usage = usageOf(profile);
  const lines = stacks.flatMap((stack) => linesOf(stack, usage));
  const tokens = Object.entries(usage.tokens).map(([role, { input, output }]) => {
    const model = defaultModels[role as keyof typeof defaultModels];
    return { model, dollars: tokenCostUsd(model, { inputTokens: input, outputTokens: output }) };
  });
  const others = (name: keyof typeof alternatives) => {
    const all = alternatives[name].flatMap((alternative) => alternative.lines(profile));
    return { lines: all, dollars: total(all) };
  };
  return {
    profile,
    lines,
    dollars: total(lines),
    fixed: total(lines.filter(({ fixed }) => fixed)),
    tokens,
    tokenDollars: tokens.reduce((sum, { dollars }) => sum + dollars, 0),
    options: options.map((option) => {
      const added = option.lines(usage);
      const { name, setting } = option;
      return { name, setting, on: isOn(option, stacks), lines: added, dollars: total(added) };
    }),
    alternatives: { classic: others('classic'), nextGen: others('nextGen') },
  };
}

/** The share of the others' cost that ours saves: 0.9 is the seed's 90 %; negative when ours costs more. */
export const saved = (ours: number, others: number) => (others === 0 ? 0 : 1 - ours / others);
