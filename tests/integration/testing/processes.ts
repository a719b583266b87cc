import { readdir, readFile } from 'node:fs/promises';

/** Ids of all descendants of a process, from Linux's /proc. */
export async function processesUnder(pid: number): Promise<number[]> {
  const parents = await parentOfEach();
  const found: number[] = [];
  for (let wanted = [pid]; wanted.length > 0; ) {
    wanted = [...parents].filter(([, parent]) => wanted.includes(parent)).map(([child]) => child);
    found.push(...wanted);
  }
  return found;
}

async function parentOfEach(): Promise<Map<number, number>> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(names.map(async (name) => [Number(name), await parentOf(name)] as const));
  return new Map(rows);
}

/** The processes of a list that still run; one that ended and was not yet collected (a zombie) does not. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(pids.map((pid) => statOf(String(pid))));
  return pids.filter((_, index) => states[index] !== undefined && states[index]?.state !== 'Z');
}

async function parentOf(pid: string): Promise<number> {
  return (await statOf(pid))?.parent ?? 0;
}

/** State and parent: the fields of `stat` after the command's name in parentheses. See proc(5). */
async function statOf(pid: string): Promise<{ state: string; parent: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent) };
}
