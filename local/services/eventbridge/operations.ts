import * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { Archive, Bus } from './buses.ts';
import { PatternError } from './pattern/operators.ts';
import { compilePattern } from './pattern/pattern.ts';
import { type PutEventsDependencies, putEvents } from './put-events.ts';
import type { Replay, Replays } from './replays.ts';

export interface EventBridge extends PutEventsDependencies {
  readonly archives: ReadonlyMap<string, { readonly archive: Archive; readonly bus: Bus }>;
  readonly store: ArchiveStore;
  readonly replays: Replays;
}

export function eventOperations(eventBridge: EventBridge) {
  return {
    async PutEvents({ Entries = [] }, { caller }) {
      const results = putEvents(Entries, caller, eventBridge);
      return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length };
    },

    async TestEventPattern({ EventPattern = '', Event = '' }, { caller }) {
      caller.authorise('events:TestEventPattern', '*');
      return { Result: compileOrRefuse(EventPattern)(parseEvent(Event)) };
    },
  } satisfies Operations<typeof sdk>;
}

function compileOrRefuse(pattern: string) {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new sdk.InvalidEventPatternException({ message: error.message, $metadata: {} });
  }
}

function parseEvent(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('Parameter Event is not valid. Reason: it is not JSON.');
  }
}

/** Operations on archives and replays. */
export function archiveOperations({ archives, store, replays, location }: EventBridge) {
  const replayArn = (name: string) =>
    `arn:aws:events:${location.region}:${location.accountId}:replay/${name}`;

  return {
    async DescribeArchive({ ArchiveName = '' }, { caller }) {
      const found = [...archives.values()].find(({ archive }) => archive.name === ArchiveName);
      caller.authorise('events:DescribeArchive', found?.archive.arn ?? '*');
      if (!found) {
        throw new sdk.ResourceNotFoundException({
          message: `Archive ${ArchiveName} does not exist.`,
          $metadata: {},
        });
      }
      const { archive } = found;
      return { ...describeArchive(archive, store), ArchiveArn: archive.arn, EventPattern: archive.pattern };
    },

    async ListArchives({ NamePrefix = '' }, { caller }) {
      caller.authorise('events:ListArchives', '*');
      const own = [...archives.values()].filter(({ archive }) => archive.name.startsWith(NamePrefix));
      return { Archives: own.map(({ archive }) => describeArchive(archive, store)) };
    },

    async StartReplay(input, { caller }) {
      const { ReplayName = '', EventSourceArn = '', EventStartTime, EventEndTime, Destination } = input;
      caller.authorise('events:StartReplay', EventSourceArn);
      const source = archives.get(EventSourceArn);
      if (!source) {
        throw new sdk.ResourceNotFoundException({
          message: `Archive ${EventSourceArn} does not exist.`,
          $metadata: {},
        });
      }
      if (!EventStartTime || !EventEndTime || EventStartTime >= EventEndTime) {
        throw invalid(
          'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
        );
      }
      if (Destination?.Arn !== source.bus.arn) {
        throw invalid(
          'Parameter Destination.Arn is not valid. Reason: it must be the bus the archive is of.',
        );
      }
      const replay = replays.start({
        name: ReplayName,
        archiveArn: EventSourceArn,
        description: input.Description,
        from: EventStartTime.getTime(),
        to: EventEndTime.getTime(),
        filterArns: Destination.FilterArns,
      });
      const ReplayArn = replayArn(ReplayName);
      return { ReplayArn, State: replay.state, ReplayStartTime: new Date(replay.startedAt) };
    },

    async DescribeReplay({ ReplayName = '' }, { caller }) {
      caller.authorise('events:DescribeReplay', replayArn(ReplayName));
      const replay = replays.get(ReplayName);
      const FilterArns = replay.filterArns && [...replay.filterArns];
      return {
        ...describeReplay(replay),
        ReplayArn: replayArn(ReplayName),
        Description: replay.description,
        Destination: { Arn: archives.get(replay.archiveArn)?.bus.arn, FilterArns },
      };
    },

    async ListReplays({ NamePrefix = '', State, EventSourceArn }, { caller }) {
      caller.authorise('events:ListReplays', '*');
      const found = replays
        .all()
        .filter(({ name, state, archiveArn }) =>
          [
            name.startsWith(NamePrefix),
            !State || state === State,
            !EventSourceArn || archiveArn === EventSourceArn,
          ].every(Boolean),
        );
      return { Replays: found.map(describeReplay) };
    },

    async CancelReplay({ ReplayName = '' }, { caller }) {
      caller.authorise('events:CancelReplay', replayArn(ReplayName));
      return { ReplayArn: replayArn(ReplayName), State: replays.cancel(ReplayName).state };
    },
  } satisfies Operations<typeof sdk>;
}

const invalid = (message: string) => new AwsError('ValidationException', 400, message);

function describeArchive(archive: Archive, store: ArchiveStore) {
  store.expire(archive);
  const { events, bytes } = store.size(archive);
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.busArn,
    State: 'ENABLED' as const,
    RetentionDays: archive.retentionDays,
    EventCount: events,
    SizeBytes: bytes,
  };
}

const dateOf = (time: number | undefined) => (time === undefined ? undefined : new Date(time));

const describeReplay = ({ name, archiveArn, state, from, to, startedAt, endedAt, last }: Replay) => ({
  ReplayName: name,
  EventSourceArn: archiveArn,
  State: state,
  EventStartTime: new Date(from),
  EventEndTime: new Date(to),
  EventLastReplayedTime: dateOf(last?.time),
  ReplayStartTime: new Date(startedAt),
  ReplayEndTime: dateOf(endedAt),
});
