import type { Trail } from '../lambda/runner.ts';
import type { Segment } from './xray.ts';

/**
 * The segment Lambda itself writes for an invocation, on which the function's own subsegments hang.
 * @returns undefined when the invocation was not sampled
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export function functionSegment({ invocation, startedAt, report }: Trail, name: string): Segment | undefined {
  const [, traceId, id, sampled] =
    /^Root=([^;]+);Parent=([^;]+);Sampled=([01])$/.exec(invocation.traceHeader) ?? [];
  if (sampled !== '1') return undefined;
  return {
    trace_id: traceId,
    id,
    name,
    origin: 'AWS::Lambda::Function',
    start_time: startedAt / 1000,
    end_time: (startedAt + report.durationMs) / 1000,
    aws: { request_id: invocation.requestId, function_arn: invocation.functionArn },
    ...(report.error
      ? {
          fault: true,
          cause: { exceptions: [{ type: report.error.errorType, message: report.error.errorMessage }] },
        }
      : {}),
  };
}
