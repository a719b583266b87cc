import { spawnSync } from 'node:child_process';

/**
 * The commit of the sources in a folder, with `-dirty` at the end when tracked files differ from it.
 * @returns undefined without git, or outside a repository
 */
export function commitOf(folder: string): string | undefined {
  // Without --exclude, a tag would take the place of the commit.
  const options = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
  const { status, stdout } = spawnSync('git', ['-C', folder, ...options], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
