import { StackError, type StackResource } from '../contracts.ts';

/** A nested block of a resource. */
export type Block = Readonly<Record<string, unknown>>;

const wrong = (resource: StackResource, name: string, wanted: string) =>
  new StackError(`${resource.address}: the argument ${name} must be ${wanted}.`);

/**
 * An argument that must be text.
 * @throws StackError naming resource and argument
 */
export function textOf(resource: StackResource, name: string): string {
  const value = resource.values[name];
  if (typeof value !== 'string' || value === '') throw wrong(resource, name, 'text');
  return value;
}

/** A text argument, if present. */
export function optionalText(resource: StackResource, name: string): string | undefined {
  const value = resource.values[name];
  return value === undefined || value === null ? undefined : textOf(resource, name);
}

/**
 * An argument that is a number.
 * @param otherwise AWS's default
 * @throws StackError naming resource and argument
 */
export function numberOf(resource: StackResource, name: string, otherwise: number): number {
  const value = resource.values[name] ?? otherwise;
  const number = Number(value);
  if (!Number.isFinite(number)) throw wrong(resource, name, 'a number');
  return number;
}

/** The nested blocks of one kind: Terraform's JSON writes one as an object, several as a list. */
export function blocksOf(container: { readonly values: Block } | undefined, name: string): readonly Block[] {
  const value = container?.values[name];
  return value === undefined || value === null ? [] : ([value].flat() as Block[]);
}

/** The first nested block of a kind, for blocks that may be there once. */
export function blockOf(container: { readonly values: Block } | undefined, name: string): Block | undefined {
  return blocksOf(container, name)[0];
}

/** A list of text, empty when absent. */
export function textsOf(resource: StackResource, name: string): readonly string[] {
  const value = resource.values[name] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrong(resource, name, 'a list of texts');
  }
  return value;
}
