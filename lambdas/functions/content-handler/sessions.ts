import type { SessionTurn } from '@nova/shared/api/sessions';
import { sessionStream } from '@nova/shared/events/index';
import { execute } from '../../commands/execute.ts';
import { type SessionRow, turnsOf } from '../../domain/projections/session.ts';
import { deleteSession, session, stopAnswer } from '../../domain/session.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { existingRow } from '../../read-model/caught-up.ts';
import type { ReadModel } from '../../read-model/rows.ts';

/** Chat sessions: read the history, delete, stop the current answer. */
export function sessions(
  store: EventStore,
  rows: ReadModel,
): RouteHandlers<'getSession' | 'deleteSession' | 'stopAnswer'> {
  return {
    async getSession({ tenant, id, query }) {
      const row = await existingRow<SessionRow>(rows, store, sessionStream(tenant, id));
      const page = await rows.page<SessionTurn>(turnsOf(tenant, id), { ...query, order: 'ascending' });
      const { sessionId, createdAt, updatedAt, turnCount } = row;
      const turns = [...page.rows];
      const next = page.nextCursor ? { nextCursor: page.nextCursor } : {};
      return { sessionId, createdAt, updatedAt, turnCount, turns, ...next };
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
