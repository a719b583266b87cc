import type { Stack } from '../../contracts.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { parsePolicy } from '../../iam/policy.ts';
import { textOf } from '../../stack/read.ts';
import { findQueue, queuesOf } from './queues.ts';

/** Whether a service may send to a queue on behalf of something: the queue's resource policy. */
export type MaySend = (queueArn: string, service: string, sourceArn: string) => boolean;

/**
 * Reads the policies of the stack's queues, which SQS checks whenever a service sends.
 * @throws MalformedPolicyError
 */
export function maySendTo(stack: Stack): MaySend {
  const queues = queuesOf(stack);
  const policies = stack.of('aws_sqs_queue_policy').map((resource) => ({
    queueArn: findQueue(queues, textOf(resource, 'queue_url')).arn,
    statements: parsePolicy(textOf(resource, 'policy'), resource.address),
  }));
  return (queueArn, service, sourceArn) => {
    const own = policies.filter((policy) => policy.queueArn === queueArn);
    const about = own
      .flatMap(({ statements }) => statements)
      .filter(({ principals }) => principals.includes(service) || principals.includes('*'));
    const values = new Map([
      ['aws:sourcearn', [sourceArn]],
      // Services call each other over TLS.
      ['aws:securetransport', ['true']],
    ]);
    return evaluate(about, { action: 'sqs:SendMessage', resource: queueArn, values }) === 'allow';
  };
}
