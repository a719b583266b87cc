import { CloudwatchEventArchive } from '@cdktf/provider-aws/lib/cloudwatch-event-archive/index.js';
import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus/index.js';
import { eventSource } from '@nova/shared/events/index';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** The bus of domain events, with an archive of them to replay from. */
export class EventBus extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { prefix, retention }: Settings) {
    super(scope, id);
    const bus = new CloudwatchEventBus(this, 'bus', { name: prefix, description: 'Domain events' });
    new CloudwatchEventArchive(this, 'archive', {
      name: `${prefix}-domain-events`,
      description: 'Domain events, for replay',
      eventSourceArn: bus.arn,
      eventPattern: JSON.stringify({ source: [eventSource] }),
      retentionDays: retention.eventArchive,
    });
    this.name = bus.name;
    this.arn = bus.arn;
  }
}
