import { ApiClient } from '../api/client.ts';
import { reportError } from '../connection/explain.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';

/**
 * Does one thing with each id and prints the ids it was done with. An id that fails is reported; the others are still done.
 * @param did what the line of a success says, such as `deleted`
 */
export async function forEachId(
  { access, terminal, json, interrupt }: ApiDependencies,
  ids: readonly string[],
  did: string,
  act: (api: ApiClient, id: string) => Promise<unknown>,
): Promise<number> {
  const signal = interrupt();
  const api = new ApiClient(access, signal);
  const done: string[] = [];
  for (const id of ids) {
    try {
      await act(api, encodeURIComponent(id));
      done.push(id);
      if (!json) terminal.line(`${terminal.styled('green', '✓')} ${id}  ${did}`);
    } catch (error) {
      if (signal.aborted) throw error;
      reportError(terminal, error);
    }
  }
  if (json) writeJson(terminal, { [did]: done, failed: ids.length - done.length });
  return done.length < ids.length ? exitCodes.unusable : exitCodes.ok;
}
