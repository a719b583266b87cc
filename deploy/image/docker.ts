import { spawnSync } from 'node:child_process';
import { UserError } from '@nova/shared/run-main';

/** @throws UserError when there is no Docker, or it does not run */
export function expectDocker(): void {
  const { error, status } = spawnSync('docker', ['info'], { stdio: 'ignore' });
  if (error) {
    throw new UserError(
      'Docker is not installed: the image of agent-core is built with it. See https://docs.docker.com/get-docker/.',
    );
  }
  if (status !== 0) {
    throw new UserError(
      'Docker is installed, but its engine does not run: start it, and see that `docker info` answers.',
    );
  }
}

/** @throws UserError naming the command that failed; it has said why itself */
export function docker(args: readonly string[], input?: string): void {
  const { status } = spawnSync('docker', args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new UserError(`\`docker ${args[0]}\` failed; it has said why above.`);
}
