import { CloudwatchEventArchive } from '@cdktf/provider-aws/lib/cloudwatch-event-archive/index.js';
import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus/index.js';
import { eventSource } from '@nova/shared/events/index';
import { eventArchiveOf } from '@nova/shared/naming';
import { subscribedEvents } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** The bus of domain events, with an archive for replay. It archives subscribed events only, and so no conversation. */
export class EventBus extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { prefix, retention }: Settings) {
    super(scope, id);
    const bus = new CloudwatchEventBus(this, 'bus', { name: prefix, description: 'Domain events' });
    new CloudwatchEventArchive(this, 'archive', {
      name: eventArchiveOf(prefix),
      description: 'Domain events that someone listens to, for replay',
      eventSourceArn: bus.arn,
      eventPattern: JSON.stringify({ source: [eventSource], 'detail-type': subscribedEvents }),
      retentionDays: retention.eventArchive,
    });
    this.name = bus.name;
    this.arn = bus.arn;
  }
}
