import type { Stack } from '../../contracts.ts';
import { matchesArn } from '../../iam/wildcard.ts';
import { optionalText, textOf } from '../../stack/read.ts';
import { parseFunctionName } from './arn.ts';

/** Whether a service may invoke a function on behalf of something: the function's resource policy. */
export type Permits = (functionArn: string, service: string, sourceArn: string) => boolean;

/**
 * Reads the resource policies of the stack's functions, which Lambda checks whenever a service invokes one. A policy is
 * that of the function, or of one of its aliases, and does not apply to the other.
 */
export function permitsOf(stack: Stack): Permits {
  const permissions = stack.of('aws_lambda_permission').map((permission) => ({
    name: parseFunctionName(textOf(permission, 'function_name')).name,
    qualifier: optionalText(permission, 'qualifier'),
    service: textOf(permission, 'principal'),
    source: optionalText(permission, 'source_arn'),
  }));
  return (functionArn, service, sourceArn) => {
    const { name, qualifier } = parseFunctionName(functionArn);
    return permissions.some(
      (permission) =>
        permission.name === name &&
        permission.qualifier === qualifier &&
        permission.service === service &&
        (permission.source === undefined || matchesArn(permission.source, sourceArn)),
    );
  };
}
