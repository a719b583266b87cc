import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';

/** Log lines, traces and metrics of this function. Names and levels come from Powertools' own environment. */
export const logger = new Logger();

/**
 * Only AWS's clients are traced, each by {@link Tracer.captureAWSv3Client}. Tracing of every HTTP request would name a subsegment
 * after its host, also after the host of a webhook, which is personal data.
 */
export const tracer = new Tracer({ captureHTTPsRequests: false });

export const metrics = new Metrics();

/**
 * A handler with a log context, a trace segment and metrics around it. An error is logged once, marked on the trace and
 * rethrown, so that Lambda sees the failure.
 */
export function instrument<E, R>(
  handle: (event: E, context: Context) => Promise<R>,
): (event: E, context: Context) => Promise<R> {
  return (event, context) => observe(context, () => handle(event, context));
}

/** {@link instrument} for a handler that streams its response. */
export function instrumentStream<E, S>(
  handle: (event: E, stream: S, context: Context) => Promise<void>,
): (event: E, stream: S, context: Context) => Promise<void> {
  return (event, stream, context) => observe(context, () => handle(event, stream, context));
}

async function observe<R>(context: Context, invocation: () => Promise<R>): Promise<R> {
  logger.addContext(context);
  metrics.captureColdStartMetric(context.functionName);
  const endSegment = startSegment();
  try {
    return await invocation();
  } catch (error) {
    logger.error('The invocation failed', error as Error);
    tracer.addErrorAsMetadata(error as Error);
    throw error;
  } finally {
    endSegment();
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    logger.resetKeys();
  }
}

/** Opens the subsegment of the handler. @returns a function that closes it */
function startSegment(): () => void {
  const parent = tracer.getSegment();
  if (!parent) return () => {};
  const segment = parent.addNewSubsegment(`## ${process.env._HANDLER ?? 'handler'}`);
  tracer.setSegment(segment);
  tracer.annotateColdStart();
  tracer.addServiceNameAnnotation();
  return () => {
    segment.close();
    tracer.setSegment(parent);
  };
}

/** Adds keys to every log line until the end of the invocation. Never personal data. */
export function follow(keys: { correlationId: string; tenant?: string }): void {
  logger.appendKeys(keys);
  tracer.putAnnotation('correlationId', keys.correlationId);
}
