import type { LogFile } from '../../../process/log-file.ts';
import type { FunctionDefinition } from '../definition.ts';
import type { LambdaError } from '../errors.ts';
import { toMegabytes } from './memory.ts';
import type { Invocation } from './runtime-api.ts';

/** The report of an invocation. */
export interface Report {
  readonly durationMs: number;
  /** Only of the invocation that started its sandbox. */
  readonly initMs: number | undefined;
  /** Bytes. */
  readonly peakMemory: number;
  readonly error: LambdaError | undefined;
}

/** Writes the lines Lambda itself puts into a function's log, as text or as JSON by the function's log format. */
export class PlatformLog {
  readonly #log: LogFile;
  readonly #definition: FunctionDefinition;

  constructor(log: LogFile, definition: FunctionDefinition) {
    this.#log = log;
    this.#definition = definition;
  }

  start({ requestId, functionArn }: Invocation): void {
    if (this.#definition.logging.json) {
      this.#json('platform.start', { requestId, functionArn, version: '$LATEST' });
    } else this.#log.line(`START RequestId: ${requestId} Version: $LATEST`);
  }

  report({ requestId }: Invocation, report: Report): void {
    if (this.#definition.logging.json) this.#jsonReport(requestId, report);
    else this.#textReport(requestId, report);
  }

  initFailed({ errorType, errorMessage }: LambdaError): void {
    if (this.#definition.logging.json) {
      this.#json('platform.initReport', { status: 'error', errorType, message: errorMessage });
    } else this.#log.line(`INIT_REPORT Status: error\tError Type: ${errorType}\t${errorMessage}`);
  }

  #textReport(requestId: string, { durationMs, initMs = 0, peakMemory, error }: Report): void {
    if (error) this.#log.line(`${requestId} ${error.errorMessage}`);
    this.#log.line(`END RequestId: ${requestId}`);
    this.#log.line(
      [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${durationMs.toFixed(2)} ms`,
        `Billed Duration: ${Math.ceil(durationMs + initMs)} ms`,
        `Memory Size: ${this.#definition.memoryMb} MB`,
        `Max Memory Used: ${toMegabytes(peakMemory)} MB`,
        ...(initMs ? [`Init Duration: ${initMs.toFixed(2)} ms`] : []),
      ].join('\t'),
    );
  }

  #jsonReport(requestId: string, { durationMs, initMs, peakMemory, error }: Report): void {
    this.#json('platform.report', {
      requestId,
      metrics: {
        durationMs: Number(durationMs.toFixed(3)),
        billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
        memorySizeMB: this.#definition.memoryMb,
        maxMemoryUsedMB: toMegabytes(peakMemory),
        ...(initMs === undefined ? {} : { initDurationMs: Number(initMs.toFixed(3)) }),
      },
      status: error ? (error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error') : 'success',
      ...(error ? { errorType: error.errorType } : {}),
    });
  }

  #json(type: string, record: object): void {
    this.#log.line(JSON.stringify({ time: new Date().toISOString(), type, record }));
  }
}
