import type { Functions, Logger, QueueSender } from '../../contracts.ts';
import type { Permits } from '../lambda/permissions.ts';
import type { MaySend } from '../sqs/policies.ts';
import type { Rule, Target } from './buses.ts';
import type { BusEvent } from './event.ts';

export interface DeliveryDependencies {
  readonly functions: Pick<Functions, 'enqueue'>;
  readonly queues: QueueSender;
  /** The functions' resource policies. */
  readonly permits: Permits;
  /** The queues' resource policies. */
  readonly maySend: MaySend;
  readonly logger: Logger;
}

/** EventBridge, as resource policies name it. */
const eventBridge = 'events.amazonaws.com';

/** An event that cannot be delivered, as EventBridge says it in a dead letter. */
class DeliveryError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Delivers events to the targets of rules; an event that a target cannot take goes to its dead letter queue. */
export class Delivery {
  readonly #dependencies: DeliveryDependencies;

  constructor(dependencies: DeliveryDependencies) {
    this.#dependencies = dependencies;
  }

  /** The target has the event on disk when this returns, or its dead letter queue has. */
  deliver(event: BusEvent, rule: Rule, target: Target): void {
    try {
      this.#send(target.input(event), rule, target);
    } catch (error) {
      this.#sendToDeadLetterQueue(event, rule, target, error);
    }
  }

  #send(input: unknown, rule: Rule, { arn }: Target): void {
    const { functions, queues, permits, maySend } = this.#dependencies;
    const service = arn.split(':')[2];
    if (service === 'sqs') {
      if (!maySend(arn, eventBridge, rule.arn)) {
        throw new DeliveryError('NO_PERMISSIONS', `No aws_sqs_queue_policy lets ${rule.arn} send to ${arn}`);
      }
      queues.send(arn, JSON.stringify(input));
    } else if (service !== 'lambda') {
      throw new DeliveryError('NO_RESOURCE', `No local target takes events as ${arn}`);
    } else if (permits(arn, eventBridge, rule.arn)) {
      functions.enqueue(arn, input);
    } else {
      throw new DeliveryError('NO_PERMISSIONS', `No aws_lambda_permission lets ${rule.arn} invoke ${arn}`);
    }
  }

  /** Source: EventBridge user guide, "Using dead-letter queues to process undelivered events". */
  #sendToDeadLetterQueue(event: BusEvent, rule: Rule, { arn, deadLetterArn }: Target, cause: unknown): void {
    const { queues, maySend, logger } = this.#dependencies;
    const message = cause instanceof Error ? cause.message : String(cause);
    logger.error(`Rule ${rule.name} could not deliver event ${event.id}: ${message}`);
    if (deadLetterArn === undefined) return;
    if (!maySend(deadLetterArn, eventBridge, rule.arn)) {
      logger.error(
        `Event ${event.id} is lost, as on AWS: no aws_sqs_queue_policy lets ${rule.arn} send to ${deadLetterArn}`,
      );
      return;
    }
    queues.send(deadLetterArn, JSON.stringify(event), {
      RULE_ARN: rule.arn,
      TARGET_ARN: arn,
      ERROR_CODE: cause instanceof DeliveryError ? cause.code : 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: message,
    });
  }
}
