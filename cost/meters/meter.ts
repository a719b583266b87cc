import type { Resource, SynthesizedStack } from '../../review/synthesized-stack.ts';
import type { Line } from '../line.ts';
import type { Usage } from '../usage.ts';

/** The cost of a resource of one type in a month. */
export type Meter = (resource: Resource, usage: Usage, stack: SynthesizedStack) => Line[];

/** The contract's name of a resource: its own without the stage's prefix. */
export const nameIn = <N extends string>(full: unknown, names: readonly N[]): N | undefined =>
  names.find((name) => String(full).endsWith(`-${name}`));

export const numberIn = (resource: Resource, argument: string, otherwise: number) =>
  Number(resource.values[argument] ?? otherwise);

/** A block of arguments: an object in a stack, a list in a plan. */
export const blockOf = (value: unknown) => (Array.isArray(value) ? value[0] : value) as unknown;
