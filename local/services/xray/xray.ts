import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { LogFile } from '../../process/log-file.ts';
import type { Trail } from '../lambda/runner.ts';

/** A segment or subsegment. */
export type Segment = Readonly<Record<string, unknown>>;

/**
 * The X-Ray daemon: takes segments over UDP, as the SDKs send them, and keeps them in `logs/traces.jsonl`.
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
 */
export class XrayDaemon {
  readonly #socket: Socket;
  readonly #log: LogFile;

  private constructor(socket: Socket, log: LogFile) {
    this.#socket = socket;
    this.#log = log;
    socket.on('message', (packet) => this.#receive(packet));
  }

  /** Listens on a free port. @param warn called when segments begin to be lost, as on a full disk */
  static async start(dataDirectory: string, warn: (message: string) => void): Promise<XrayDaemon> {
    const log = new LogFile(join(dataDirectory, 'logs', 'traces.jsonl'), warn);
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening').catch((error: unknown) => {
      log.close();
      throw error;
    });
    return new XrayDaemon(socket, log);
  }

  /** What `AWS_XRAY_DAEMON_ADDRESS` is set to. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Keeps a segment that does not arrive over UDP, such as Lambda's own. */
  keep(segment: Segment): void {
    this.#log.line(JSON.stringify(segment));
  }

  close(): void {
    this.#socket.close();
    this.#log.close();
  }

  /** A packet is a line of JSON that says its format, then the segment. */
  #receive(packet: Buffer): void {
    const [header = '', ...rest] = packet.toString().split('\n');
    try {
      if (JSON.parse(header).format === 'json') this.keep(JSON.parse(rest.join('\n')));
    } catch {
      // Any packet may arrive over UDP; one that is no segment is ignored, as X-Ray does.
    }
  }
}

/**
 * The segment that Lambda itself writes for an invocation; the function's subsegments belong to it.
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
