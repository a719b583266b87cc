import { Session, SessionPage } from '@nova/shared/api/sessions';
import { ApiClient } from '../api/client.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { ago, count, moment, oneLine } from '../output/text.ts';
import { forEachId } from './each.ts';
import { listPath, type RangeOptions, writePage } from './page.ts';

/** `nova sessions list`: a page of chat sessions. */
export async function listSessions(dependencies: ApiDependencies, options: RangeOptions): Promise<number> {
  const api = new ApiClient(dependencies.access, dependencies.interrupt());
  const page = await api.call('GET', listPath('/sessions', options), SessionPage);
  writePage(
    dependencies,
    ['session', 'sessions'],
    [
      { title: 'SESSION', text: ({ sessionId }) => sessionId },
      { title: 'TURNS', text: ({ turnCount }) => count(turnCount), align: 'right' },
      { title: 'CREATED', text: ({ createdAt }) => ago(createdAt), style: 'dim' },
      { title: 'LAST TURN', text: ({ updatedAt }) => ago(updatedAt) },
    ],
    page,
  );
  return exitCodes.ok;
}

/** `nova sessions show`: the whole history of a session. */
export async function showSession(
  { access, terminal, json, interrupt }: ApiDependencies,
  _: object,
  id: string,
): Promise<number> {
  const api = new ApiClient(access, interrupt());
  const turns: Session['turns'] = [];
  let page: Session;
  let cursor: string | undefined;
  do {
    const path = `/sessions/${encodeURIComponent(id)}`;
    page = await api.call('GET', listPath(path, { limit: 100, ...(cursor ? { cursor } : {}) }), Session);
    turns.push(...page.turns);
    cursor = page.nextCursor;
  } while (cursor);
  if (json) {
    const { nextCursor: _, ...session } = page;
    writeJson(terminal, { ...session, turns });
    return exitCodes.ok;
  }
  for (const { at, message, reply } of turns) {
    terminal.line(terminal.styled('dim', moment(at)));
    terminal.line(`${terminal.styled('cyan', '›')} ${oneLine(message)}`);
    for (const line of reply.split('\n')) terminal.line(`  ${oneLine(line)}`);
    terminal.line();
  }
  return exitCodes.ok;
}

/** `nova sessions delete`: deletes sessions and erases their messages. */
export const deleteSessions = (
  dependencies: ApiDependencies,
  _: object,
  ids: readonly string[],
): Promise<number> =>
  forEachId(dependencies, ids, 'deleted', (api, id) => api.send('DELETE', `/sessions/${id}`));
