import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { deadLettersOf } from '@nova/shared/naming';
import type { Subscriber } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import { onlyWithTls, policyJson, type Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';

const secondsPerDay = 86_400;

export interface DeadLettersProps {
  readonly settings: Settings;
  /** The function that the events were for. */
  readonly name: Subscriber;
}

/** A dead-letter queue, encrypted and accessible only over TLS. */
export class DeadLetters extends Construct {
  readonly arn: string;
  readonly name: string;
  readonly #url: string;

  constructor(scope: Construct, id: string, { settings, name }: DeadLettersProps) {
    super(scope, id);
    const queue = new SqsQueue(this, 'queue', {
      name: deadLettersOf(settings.prefix, name),
      messageRetentionSeconds: settings.retention.deadLetters * secondsPerDay,
      sqsManagedSseEnabled: true,
    });
    this.arn = queue.arn;
    this.name = queue.name;
    this.#url = queue.url;
  }

  /** Sets the queue's policy; `senders` are the services that may send to it. */
  allow(senders: readonly Statement[]): void {
    new SqsQueuePolicy(this, 'policy', {
      queueUrl: this.#url,
      policy: policyJson([onlyWithTls(['sqs:*'], [this.arn]), ...senders]),
    });
  }
}
