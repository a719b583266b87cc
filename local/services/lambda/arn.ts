import type { Stack } from '../../contracts.ts';
import { textOf } from '../../stack/read.ts';

/** A function's name, its ARN from the account on, or its whole ARN; each with or without a version or alias. */
const pattern = /^(?:(?:arn:aws:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/;

/**
 * Name of a function, and its version or alias, of what it is named by.
 * @returns an empty name for what names none
 */
export function partsOf(named: string): { readonly name: string; readonly qualifier: string | undefined } {
  const [, name = '', qualifier] = pattern.exec(named) ?? [];
  return { name, qualifier };
}

/** Names of a function's aliases. */
export const aliasesOf = (stack: Stack, name: string): string[] =>
  stack
    .of('aws_lambda_alias')
    .filter((alias) => partsOf(textOf(alias, 'function_name')).name === name)
    .map((alias) => textOf(alias, 'name'));

/** ARN of a function's version or alias; of the function itself for none. */
export const qualified = (arn: string, qualifier: string | undefined) =>
  qualifier ? `${arn}:${qualifier}` : arn;
