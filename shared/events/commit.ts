import * as z from 'zod';
import { Instant } from '../api/common.ts';
import { EventMetadata, type EventType, events as eventTypes, type StreamEvent, StreamId } from './index.ts';

/** A commit in the event store's table. */
export const CommitItem = z
  .object({
    /** `<tenant>#<aggregate>#<id>` */
    pk: z.string(),
    /** Zero-padded version of the first event. */
    sk: z.string().regex(/^\d+$/),
    commitId: z.string(),
    count: z.int().positive(),
    events: z
      .array(
        z.object({
          type: z.string(),
          schemaVersion: z.int().positive(),
          occurredAt: Instant,
          /** Without personal data. */
          data: z.record(z.string(), z.unknown()),
          /** The personal part, encrypted; absent when there is none. */
          sealed: z.instanceof(Uint8Array).optional(),
          metadata: EventMetadata,
        }),
      )
      .min(1),
  })
  .refine(({ count, events }) => count === events.length, 'does not hold as many events as `count` says');
export type CommitItem = z.infer<typeof CommitItem>;

/** A commit in the store that this build cannot read. It is reported and quarantined, never skipped. */
export class UnreadableCommitError extends Error {
  override readonly name = 'UnreadableCommitError';
}

/**
 * The events of a decrypted commit item in their current schema versions, validated.
 * @param types every event type by its name
 * @throws UnreadableCommitError naming the commit and what is wrong with it
 */
export function parseCommit(
  item: unknown,
  types: Readonly<Record<string, EventType>> = eventTypes,
): StreamEvent[] {
  const parsed = CommitItem.safeParse(item);
  if (!parsed.success)
    throw new UnreadableCommitError(`A commit is malformed: ${z.prettifyError(parsed.error)}`);
  const stream = parseStreamKey(parsed.data.pk);
  const first = Number(parsed.data.sk);
  return parsed.data.events.map((event, index) => {
    const type = Object.hasOwn(types, event.type) ? types[event.type] : undefined;
    const where = `${parsed.data.pk}@${first + index}`;
    if (!type) throw new UnreadableCommitError(`${where} is of the unknown type ${event.type}`);
    if (type.aggregate !== stream.aggregate) {
      throw new UnreadableCommitError(
        `${where} (${event.type}) belongs to the history of a ${type.aggregate}`,
      );
    }
    if (event.sealed)
      throw new UnreadableCommitError(`${where} (${event.type}) cannot be decrypted with its key`);
    const data = type.data.safeParse(upcast(event, type, where));
    if (!data.success) {
      throw new UnreadableCommitError(`${where} (${event.type}): ${z.prettifyError(data.error)}`);
    }
    const { schemaVersion } = type;
    return { ...event, schemaVersion, data: data.data, stream, version: first + index } as StreamEvent;
  });
}

/** The data of a stored event in its current schema version, converted one version at a time. */
function upcast(event: CommitItem['events'][number], type: EventType, where: string): unknown {
  const unreadable = () => {
    const versions = `schema version ${event.schemaVersion}; this build reads ${type.schemaVersion}`;
    return new UnreadableCommitError(`${where} (${event.type}) has ${versions}`);
  };
  if (event.schemaVersion > type.schemaVersion) throw unreadable();
  let data: Readonly<Record<string, unknown>> = event.data;
  for (let version = event.schemaVersion; version < type.schemaVersion; version++) {
    const step = type.upcasts?.[version];
    if (!step) throw unreadable();
    try {
      data = step(data);
    } catch {
      // Its message may quote the data.
      throw new UnreadableCommitError(
        `${where} (${event.type}) cannot be converted from schema version ${version} to ${version + 1}`,
      );
    }
  }
  return data;
}

function parseStreamKey(pk: string): StreamId {
  const [tenant, aggregate, id, ...rest] = pk.split('#');
  const stream = StreamId.safeParse({ tenant, aggregate, id });
  if (!stream.success || rest.length > 0) {
    throw new UnreadableCommitError(`${pk} is not a stream: it should be <tenant>#<aggregate>#<id>`);
  }
  return stream.data;
}
