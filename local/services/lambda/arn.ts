import type { Stack } from '../../contracts.ts';
import { textOf } from '../../stack/read.ts';

/** A function's name, its ARN from the account on, or its whole ARN; each with or without a version or alias. */
const pattern = /^(?:(?:arn:aws:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/;

/**
 * Parses the name or ARN of a function.
 * @returns the function's name and its version or alias; an empty name for text that is neither
 */
export function parseFunctionName(named: string): {
  readonly name: string;
  readonly qualifier: string | undefined;
} {
  const [, name = '', qualifier] = pattern.exec(named) ?? [];
  return { name, qualifier };
}

/** Names of a function's aliases. */
export const aliasesOf = (stack: Stack, name: string): string[] =>
  stack
    .of('aws_lambda_alias')
    .filter((alias) => parseFunctionName(textOf(alias, 'function_name')).name === name)
    .map((alias) => textOf(alias, 'name'));

/** ARN of a function's version or alias; of the function itself for none. */
export const qualified = (arn: string, qualifier: string | undefined) =>
  qualifier ? `${arn}:${qualifier}` : arn;
