import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { AwsError, type AwsLocation, type Caller } from '../../contracts.ts';
import { type Bus, defaultBus } from './buses.ts';
import { busEvent } from './event.ts';
import type { Router } from './router.ts';

/** Entries of one call, and their bytes together (EventBridge API reference, PutEvents). */
const maxEntries = 10;
const maxBytes = 1024 * 1024;

export interface PutEventsDependencies {
  readonly location: AwsLocation;
  readonly router: Router;
  /** @returns undefined for an unknown bus */
  readonly findBus: (nameOrArn: string) => Bus | undefined;
}

/**
 * Publishes entries. Each is independent: an invalid one does not keep the others from their bus.
 * @throws AwsError when the call as a whole is wrong, or the caller may not publish one of its entries
 */
export function putEvents(
  entries: readonly PutEventsRequestEntry[],
  caller: Caller,
  dependencies: PutEventsDependencies,
): PutEventsResultEntry[] {
  checkCall(entries);
  for (const entry of entries) authorise(entry, caller, dependencies);
  return entries.map((entry) => putEvent(entry, dependencies));
}

function checkCall(entries: readonly PutEventsRequestEntry[]): void {
  if (entries.length < 1 || entries.length > maxEntries) {
    const bound = entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${maxEntries}`;
    throw new AwsError(
      'ValidationException',
      400,
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > maxBytes) {
    throw new AwsError(
      'ValidationException',
      400,
      'Total size of the entries in the request is over the limit.',
    );
  }
}

/** Source: EventBridge user guide, "Calculating PutEvents event entry size". */
function entryBytes({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  return (Time ? 14 : 0) + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''));
}

function authorise(
  entry: PutEventsRequestEntry,
  caller: Caller,
  { findBus, location }: PutEventsDependencies,
): void {
  const name = entry.EventBusName ?? defaultBus;
  const arn =
    findBus(name)?.arn ?? `arn:aws:events:${location.region}:${location.accountId}:event-bus/${name}`;
  caller.authorise('events:PutEvents', arn, {
    'events:source': entry.Source ?? '',
    'events:detail-type': entry.DetailType ?? '',
  });
}

function putEvent(
  entry: PutEventsRequestEntry,
  { findBus, location, router }: PutEventsDependencies,
): PutEventsResultEntry {
  const { Source: source, DetailType: detailType, Resources: resources, Time: time } = entry;
  if (!source) return missing('Source');
  if (!detailType) return missing('DetailType');
  if (!entry.Detail) return missing('Detail');
  if (source.startsWith('aws.'))
    return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parseDetail(entry.Detail);
  if (!detail) return failed('MalformedDetail', 'Detail is malformed.');
  const name = entry.EventBusName ?? defaultBus;
  const bus = findBus(name);
  if (!bus) return failed('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  const event = busEvent({ source, detailType, detail, resources, time }, location);
  router.publish(bus, event);
  return { EventId: event.id };
}

/** @returns undefined for a text that is not a JSON object */
function parseDetail(json: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(json);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

const failed = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
const missing = (name: string) =>
  failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
