import { StackError, type StackResource } from '../../contracts.ts';
import { blocksOf, optionalText } from '../../stack/read.ts';
import type { BusEvent } from './event.ts';

/** Makes the input of a target from an event: the whole event, a part of it, or a constant. */
export type TargetInput = (event: BusEvent) => unknown;

/** @throws StackError for input the local EventBridge cannot make */
export function inputOf(target: StackResource): TargetInput {
  if (blocksOf(target, 'input_transformer').length > 0) {
    throw new StackError(`${target.address}: the local EventBridge has no input_transformer.`);
  }
  const constant = optionalText(target, 'input');
  if (constant !== undefined) return constantInput(constant, target.address);
  const path = optionalText(target, 'input_path');
  return path === undefined ? (event) => event : pathInput(path, target.address);
}

function constantInput(json: string, address: string): TargetInput {
  try {
    const value: unknown = JSON.parse(json);
    return () => value;
  } catch {
    throw new StackError(`${address}: input must be JSON.`);
  }
}

/** `$.detail.key`: names only, as almost all paths are. */
function pathInput(path: string, address: string): TargetInput {
  if (!/^\$(\.[\w-]+)*$/.test(path)) {
    throw new StackError(
      `${address}: the local EventBridge reads input_path of the form $.detail.key, not ${path}.`,
    );
  }
  const names = path.split('.').slice(1);
  return (event) =>
    names.reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      event,
    );
}
