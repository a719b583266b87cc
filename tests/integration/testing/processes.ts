import { readdir, readFile, readlink } from 'node:fs/promises';

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

/** An address of IPv4 that a process listens on. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/**
 * The TCP addresses that a process and its descendants listen on: lines of /proc/net/tcp in the state 0A. See proc(5): an
 * address is hexadecimal, its bytes in reverse.
 */
export async function listeningUnder(pid: number): Promise<Listening[]> {
  const sockets = new Set((await Promise.all([pid, ...(await processesUnder(pid))].map(socketsOf))).flat());
  const [, ...lines] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state !== '0A' || !sockets.has(inode)) return [];
    const [address = '', port = ''] = local.split(':');
    const bytes = (address.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    return [{ host: bytes.toReversed().join('.'), port: Number.parseInt(port, 16) }];
  });
}

/** Inodes of a process's sockets; none of a process that has ended. */
async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}
