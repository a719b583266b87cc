import type { Resource, SynthesizedStack } from '../../review/synthesized-stack.ts';
import type { Line } from '../line.ts';
import type { Usage } from '../usage.ts';

/** What a resource of one type costs in a month. */
export type Meter = (resource: Resource, usage: Usage, stack: SynthesizedStack) => Line[];

/** The contract's name of a resource: its own without the stage's prefix. */
export const nameIn = <N extends string>(full: unknown, names: readonly N[]): N | undefined =>
  names.find((name) => String(full).endsWith(`-${name}`));

export const numberIn = (resource: Resource, argument: string, otherwise: number) =>
  Number(resource.values[argument] ?? otherwise);

/** A block of arguments: a stack has it by itself, a plan in a list. */
export const blockOf = (value: unknown) => (Array.isArray(value) ? value[0] : value) as unknown;
