import type { LogFile } from '../../process/log-file.ts';
import type { ApiDefinition } from './definition/api.ts';
import { type RequestContext, requestContextOf } from './request/context.ts';
import { render } from './response/template.ts';

/** A served request. */
export interface Served {
  readonly context: RequestContext;
  readonly status: number;
  /** Bytes of the response's body. */
  readonly bytes: number;
  /** Milliseconds from the request's head to the response's end. */
  readonly latencyMs: number;
  /** Milliseconds the function took to answer; undefined when it was not invoked. */
  readonly integrationMs: number | undefined;
  /** The reason that API Gateway itself answered; undefined when the function did. */
  readonly responseType: string | undefined;
  readonly errorMessage: string | undefined;
}

/** Writes the stage's access log: one line a request, in the stage's own format. */
export class AccessLog {
  readonly #api: ApiDefinition;
  readonly #log: LogFile;

  constructor(api: ApiDefinition, log: LogFile) {
    this.#api = api;
    this.#log = log;
  }

  write(served: Served): void {
    const format = this.#api.accessLogFormat;
    if (format === undefined) return;
    const values = {
      ...requestContextOf(this.#api, served.context),
      status: served.status,
      responseLength: served.bytes,
      responseLatency: Math.round(served.latencyMs),
      integrationLatency: served.integrationMs === undefined ? undefined : Math.round(served.integrationMs),
      integrationStatus: served.integrationMs === undefined ? undefined : 200,
      xrayTraceId: served.context.traceRoot,
      error: { responseType: served.responseType, message: served.errorMessage },
    };
    this.#log.line(render(format, values, '-', format.trimStart().startsWith('{')));
  }
}
