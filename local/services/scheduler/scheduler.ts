import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-scheduler';
import type { AwsService, Functions, Logger, QueueSender, Stack } from '../../contracts.ts';
import { schemaService } from '../../wire/schema/service.ts';
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
 * second, not within the minute after it.
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
  const service = schemaService({
    sdk,
    client: new sdk.SchedulerClient({ region: stack.region }),
    scopes: ['scheduler'],
    logger,
    operations: {
      CreateSchedule: async (input, { caller }) => operations.create(input, caller),
      GetSchedule: async (input, { caller }) => operations.get(input, caller),
      DeleteSchedule: async (input, { caller }) => operations.delete(input, caller),
      ListSchedules: async (input, { caller }) => operations.list(input, caller),
      GetScheduleGroup: async (input, { caller }) => operations.getGroup(input, caller),
    },
  });
  return {
    start: () => clock.start(),
    service: {
      ...service,
      async close() {
        clock.stop();
        store.close();
      },
    },
  };
}
