import type { SessionTurn } from '@nova/shared/api/sessions';
import { sessionStream } from '@nova/shared/events/index';
import { execute } from '../../commands/execute.ts';
import { isLive } from '../../domain/projections/projection.ts';
import { type LiveSessionRow, type SessionRow, turnsOf } from '../../domain/projections/session.ts';
import { deleteSession, session, stopAnswer } from '../../domain/session.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';
import { idsCreated } from './created.ts';

/** Chat sessions: list, read the history, delete, stop the current answer. */
export function sessions(
  store: EventStore,
  rows: ReadModel,
): RouteHandlers<'listSessions' | 'getSession' | 'deleteSession' | 'stopAnswer'> {
  return {
    async listSessions({ tenant, query: { limit, cursor, ...created } }) {
      const { rows: found, ...next } = await rows.page<SessionRow>(
        { tenant, collection: 'session' },
        { limit, cursor, order: 'descending', where: isLive, ...idsCreated(created) },
      );
      return { items: found.filter(isLive).map(toSummary), ...next };
    },

    async getSession({ tenant, id, query }) {
      const row = await existingRow<SessionRow>(rows, store, sessionStream(tenant, id));
      const page = await rows.page<SessionTurn>(turnsOf(tenant, id), { ...query, order: 'ascending' });
      const { rows: turns, ...next } = page;
      return { ...toSummary(row), turns: [...turns], ...next };
    },

    async deleteSession({ tenant, id, metadata }) {
      const stream = sessionStream(tenant, id);
      await execute(store, session, stream, metadata, (state) => deleteSession(state, id));
      return undefined;
    },

    async stopAnswer({ tenant, id, metadata }) {
      const stream = sessionStream(tenant, id);
      await execute(store, session, stream, metadata, (state) => stopAnswer(state, id));
      return undefined;
    },
  };
}

const toSummary = ({ sessionId, createdAt, updatedAt, turnCount }: LiveSessionRow) => ({
  sessionId,
  createdAt,
  updatedAt,
  turnCount,
});
