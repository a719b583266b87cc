import type { EventPublisher, Stack } from '../../contracts.ts';
import { textOf } from '../../stack/read.ts';

/** The reason of a change, in S3's words (S3 user guide, "EventBridge event message structure"). */
export type Reason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject';

export interface Change {
  readonly bucket: string;
  readonly key: string;
  readonly reason: Reason;
  readonly requestId: string;
  readonly sourceIp: string;
  /** For a created object. */
  readonly created?: { readonly bytes: number; readonly etag: string };
}

/** Publishes changes to EventBridge's default bus, for the buckets with notifications switched on. */
export class Notifier {
  readonly #publisher: EventPublisher;
  readonly #account: string;
  readonly #buckets: ReadonlySet<string>;
  #sequence = 0n;

  constructor(stack: Stack, publisher: EventPublisher) {
    const notifying = stack
      .of('aws_s3_bucket_notification')
      .filter(({ values }) => values.eventbridge === true);
    this.#buckets = new Set(notifying.map((notification) => textOf(notification, 'bucket')));
    this.#publisher = publisher;
    this.#account = stack.accountId;
  }

  /** The targets have the event on disk when this returns. */
  publish({ bucket, key, reason, requestId, sourceIp, created }: Change): void {
    if (!this.#buckets.has(bucket)) return;
    const sequencer = this.#nextSequencer();
    const object = created
      ? { key, size: created.bytes, etag: created.etag.replaceAll('"', ''), sequencer }
      : { key, sequencer };
    this.#publisher.publish({
      bus: 'default',
      source: 'aws.s3',
      detailType: created ? 'Object Created' : 'Object Deleted',
      resources: [`arn:aws:s3:::${bucket}`],
      detail: {
        version: '0',
        'event-version': '1.0',
        bucket: { name: bucket },
        object,
        'request-id': requestId,
        requester: this.#account,
        'source-ip-address': sourceIp,
        reason,
        ...(created ? {} : { 'deletion-type': 'Permanently Deleted' }),
      },
    });
  }

  /** Hexadecimal and growing, over restarts too: later changes of a key compare greater. */
  #nextSequencer(): string {
    const now = BigInt(Date.now()) << 16n;
    this.#sequence = now > this.#sequence ? now : this.#sequence + 1n;
    return this.#sequence.toString(16).toUpperCase().padStart(18, '0');
  }
}
