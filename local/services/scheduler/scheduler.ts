import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import {
  AwsError,
  type AwsRequest,
  type AwsService,
  type Caller,
  type Functions,
  type Logger,
  type QueueSender,
  type Stack,
} from '../../contracts.ts';
import { respond } from '../../wire/respond.ts';
import { type ClockDependencies, ScheduleClock } from './clock.ts';
import { ScheduleOperations } from './operations.ts';
import { mayAssume } from './roles.ts';
import { ScheduleStore } from './schedule-store.ts';

export interface SchedulerDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly functions: Pick<Functions, 'enqueue'>;
  /** Whether the stack has a function or an alias of this ARN. */
  readonly isFunction: (arn: string) => boolean;
  readonly queues: QueueSender;
  /** @throws AwsError where a role does not allow an action */
  readonly authorise: ClockDependencies['authorise'];
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
}

export interface LocalScheduler {
  readonly service: AwsService;
  /** Begins to invoke; what came due while the platform was down comes first. */
  start(): void;
}

/**
 * Amazon EventBridge Scheduler on one machine: one-time schedules that invoke functions, on disk. Unlike on AWS, they invoke at their
 * second, not within the minute after it. The SDK has a client for its protocol, REST with JSON; five operations need none.
 */
export function openScheduler(dependencies: SchedulerDependencies): LocalScheduler {
  const { stack, dataDirectory, logger, functions, queues, authorise, isFunction } = dependencies;
  const now = dependencies.now ?? Date.now;
  const store = new ScheduleStore(join(dataDirectory, 'scheduler.db'));
  const clock = new ScheduleClock({ store, functions, queues, authorise, now, logger });
  const operations = new ScheduleOperations({
    ...{ stack, store, isFunction, now },
    mayAssume: mayAssume(stack),
    created: () => clock.wake(),
  });
  return {
    start: () => clock.start(),
    service: {
      scopes: ['scheduler'],
      async handle(request, response, caller) {
        const answer = await answerTo(operations, request, caller).catch((error: unknown) => {
          if (!(error instanceof AwsError)) {
            logger.error(`scheduler ${request.method} ${request.url}: ${(error as Error).stack}`);
          }
          return errorAnswer(error);
        });
        const { status, headers = {}, body } = answer;
        await respond(response, {
          status,
          headers: { 'content-type': 'application/json', ...headers },
          body: Buffer.from(JSON.stringify(body)),
        });
      },
      async close() {
        clock.stop();
        store.close();
      },
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Source: EventBridge Scheduler API reference, "Actions". */
async function answerTo(
  operations: ScheduleOperations,
  request: AwsRequest,
  caller: Caller,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(`http://localhost${request.url}`);
  const [, collection, encoded, ...rest] = pathname.split('/');
  const name = decodeURIComponent(encoded ?? '');
  const group = searchParams.get('groupName') ?? undefined;
  const route = `${request.method} ${collection}${name && rest.length === 0 ? '/' : ''}`;
  const run: Readonly<Record<string, () => Promise<object> | object>> = {
    'POST schedules/': async () => operations.create(name, await json(request), caller),
    'GET schedules/': () => operations.get(name, group, caller),
    'DELETE schedules/': () => operations.delete(name, group, caller),
    'GET schedules': () => operations.list(searchParams.get('ScheduleGroup') ?? undefined, caller),
    'GET schedule-groups/': () => operations.getGroup(name, caller),
  };
  const operation = run[route];
  if (operation) return { status: 200, body: await operation() };
  request.resume();
  throw new AwsError('UnknownOperationException', 404, `The local scheduler does not do ${route}`);
}

function errorAnswer(error: unknown): Answer {
  const { code, status, message } =
    error instanceof AwsError
      ? error
      : new AwsError('InternalServerException', 500, 'An error of the platform');
  return { status, headers: { 'x-amzn-errortype': code }, body: { Message: message } };
}
