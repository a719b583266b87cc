import { spawnSync } from 'node:child_process';
import { UserError } from '@nova/shared/run-main';

/** @throws UserError when Docker is not installed or not running */
export function expectDocker(): void {
  const { error, status } = spawnSync('docker', ['info'], { stdio: 'ignore' });
  if (error) {
    throw new UserError(
      'Docker is not installed, and the image of agent-core is built with it. See https://docs.docker.com/get-docker/.',
    );
  }
  if (status !== 0) {
    throw new UserError(
      'Docker is installed, but its engine is not running: start it, and check that `docker info` answers.',
    );
  }
}

/** @throws UserError that names the failed command; Docker has printed the reason itself */
export function docker(args: readonly string[], input?: string): void {
  const { status } = spawnSync('docker', args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new UserError(`\`docker ${args[0]}\` failed: see the message above.`);
}
