import { matchesArn } from '../aws/iam/wildcard.ts';
import type { Stack } from '../services.ts';
import { optionalText, textOf } from '../stack/read.ts';

/** Whether a service may invoke a function on behalf of something: the function's resource policy. */
export type Permits = (functionArn: string, service: string, sourceArn: string) => boolean;

/** Reads the resource policies of the stack's functions, which Lambda checks whenever a service invokes one. */
export function permitsOf(stack: Stack): Permits {
  const permissions = stack.of('aws_lambda_permission').map((permission) => ({
    function: textOf(permission, 'function_name'),
    service: textOf(permission, 'principal'),
    source: optionalText(permission, 'source_arn'),
  }));
  return (functionArn, service, sourceArn) =>
    permissions.some(
      (permission) =>
        (permission.function === functionArn || functionArn.endsWith(`:function:${permission.function}`)) &&
        permission.service === service &&
        (permission.source === undefined || matchesArn(permission.source, sourceArn)),
    );
}
