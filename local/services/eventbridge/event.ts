import { randomUUID } from 'node:crypto';
import type { AwsLocation } from '../../contracts.ts';

/** An event as targets get it (EventBridge user guide, "Event structure"). */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  /** Of an event that comes out of an archive. */
  readonly 'replay-name'?: string;
}

/** A publication; the bus makes an event of it. */
export interface Publication {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[] | undefined;
  readonly time?: Date | undefined;
}

/** The event that a bus makes of a publication. */
export function busEvent(
  { source, detailType, detail, resources, time }: Publication,
  location: AwsLocation,
): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: location.accountId,
    time: `${(time ?? new Date()).toISOString().slice(0, 19)}Z`,
    region: location.region,
    resources: resources ?? [],
    detail,
  };
}
