import type { Functions, Logger, QueueSender } from '../../contracts.ts';
import type { Schedule, ScheduleStore } from './schedule-store.ts';

export interface ClockDependencies {
  readonly store: ScheduleStore;
  readonly functions: Pick<Functions, 'enqueue'>;
  readonly queues: QueueSender;
  /** @throws AwsError where a role does not allow an action */
  readonly authorise: (roleArn: string, action: string, resource: string) => void;
  readonly now: () => number;
  readonly logger: Logger;
}

/** The longest delay that a Node timer takes: 2³¹ − 1 ms. */
const longestTimer = 0x7fff_ffff;

/** Invokes the targets of schedules when they are due. A schedule that came due while the platform was down is invoked at its start. */
export class ScheduleClock {
  readonly #dependencies: ClockDependencies;
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(dependencies: ClockDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Invokes what is due, and waits for the next. */
  wake(): void {
    if (!this.#running) return;
    const { store, now } = this.#dependencies;
    for (const schedule of store.due(now())) this.#invoke(schedule);
    clearTimeout(this.#timer);
    const next = store.nextDue();
    if (next === undefined) return;
    const delay = Math.min(Math.max(next - now(), 0), longestTimer);
    this.#timer = setTimeout(() => this.wake(), delay);
  }

  /** Hands the event over before the schedule is done: after a crash between the two it is handed over again, as on AWS. */
  #invoke(schedule: Schedule): void {
    const { store, functions, authorise } = this.#dependencies;
    const { group, name, target, deletesItself } = schedule;
    try {
      authorise(target.RoleArn, 'lambda:InvokeFunction', target.Arn);
      functions.enqueue(target.Arn, JSON.parse(target.Input ?? '{}'));
    } catch (error) {
      this.#sendToDeadLetterQueue(schedule, error as Error);
    }
    if (deletesItself) store.delete(group, name);
    else store.finish(group, name);
  }

  /** Source: EventBridge Scheduler user guide, "Configuring a schedule's dead-letter queue". */
  #sendToDeadLetterQueue({ name, group, target }: Schedule, cause: Error): void {
    const { queues, authorise, logger } = this.#dependencies;
    logger.error(`Schedule ${group}/${name} could not invoke ${target.Arn}: ${cause.message}`);
    const queue = target.DeadLetterConfig?.Arn;
    if (queue === undefined) return;
    try {
      authorise(target.RoleArn, 'sqs:SendMessage', queue);
      queues.send(queue, target.Input ?? '{}', {
        ERROR_CODE: cause.name,
        ERROR_MESSAGE: cause.message,
        TARGET_ARN: target.Arn,
      });
    } catch (error) {
      logger.error(`Its event is lost, as on AWS: ${(error as Error).message}`);
    }
  }
}
