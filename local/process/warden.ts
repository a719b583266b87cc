import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * Reads `+ pid` and `- pid` until its input closes, which is when the platform ends in any way; then kills the rest.
 * A shell, because it must outlive the platform, cost next to nothing, and reach frozen processes.
 */
const script = `
trap '' HUP INT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
`;

/** Ensures that no child outlives the platform, even a platform killed with `kill -9`. */
export class Warden {
  readonly #shell: ChildProcess;
  readonly #watched = new Set<number>();
  readonly #record: string | undefined;
  #closed = false;

  /** @param record file with the ids of the watched processes, in case the warden is killed too */
  constructor(record?: string) {
    this.#record = record;
    // A separate session: a signal to the platform's process group must not reach it.
    this.#shell = spawn('/bin/sh', ['-c', script, 'nova-warden'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    this.#shell.stdin?.on('error', () => {});
    this.#shell.on('error', () => {});
    this.#shell.unref();
  }

  /** Watches a child until it exits. */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#watched.add(pid);
    this.#send(`+ ${pid}`);
    child.once('exit', () => {
      this.#watched.delete(pid);
      this.#send(`- ${pid}`);
    });
  }

  /** Ids of the watched processes. */
  get watched(): ReadonlySet<number> {
    return this.#watched;
  }

  /** Ends the watched processes, and itself. */
  close(): void {
    this.#closed = true;
    this.#shell.stdin?.end();
  }

  #send(change: string): void {
    if (this.#closed) return;
    this.#shell.stdin?.write(`${change}\n`);
    if (this.#record) writeFileSync(this.#record, [...this.#watched].join('\n'));
  }
}
