import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';
import { digestOf } from './registry.ts';

/** An image of agent-core. */
export interface Image {
  readonly digest: string;
  /** Identifies the image before its digest is known: the tag, a hash of its sources, or the digest that was chosen. */
  readonly called: string;
}

export interface PlannedImage extends Image {
  /** If not, the digest is a placeholder for one that is not known yet. */
  readonly pushed: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The image to deploy: the one of the current sources, unless `TF_VAR_agent_core_image_digest` names another, to roll back
 * to it.
 * @throws UserError when it is not built or not pushed
 */
export async function pushedImage(settings: Settings, environment: Environment): Promise<Image> {
  const { pushed, ...image } = await findImage(settings, environment);
  if (pushed) return image;
  throw new UserError(
    image.called === environment.TF_VAR_agent_core_image_digest
      ? `TF_VAR_agent_core_image_digest is ${image.called}, but no image with that digest was pushed: name another, or unset the variable.`
      : `The image of agent-core (${image.called}) is not pushed: run \`make image STAGE=${settings.stage}\`.`,
  );
}

/**
 * The image for a plan that is only read: with `IMAGE=later` the image need not be pushed.
 * @throws UserError when it is not built, or not pushed and must be
 */
export async function plannedImage(settings: Settings, environment: Environment): Promise<PlannedImage> {
  const { IMAGE, TF_VAR_agent_core_image_digest: chosen } = environment;
  if (IMAGE && IMAGE !== 'later') {
    throw new UserError(
      `IMAGE is "${IMAGE}", but must be later (to plan before the image is pushed) or unset.`,
    );
  }
  if (IMAGE && !chosen) return findImage(settings, environment);
  return { ...(await pushedImage(settings, environment)), pushed: true };
}

async function findImage(
  { prefix, region }: Settings,
  { TF_VAR_agent_core_image_digest: chosen }: Environment,
): Promise<PlannedImage> {
  const called = chosen || imageTag(join(import.meta.dirname, '..', '..', 'lambdas'));
  const identifier = chosen ? { imageDigest: chosen } : { imageTag: called };
  const digest = await digestOf(new ECRClient({ region }), imageRepositoryOf(prefix), identifier);
  return { called, digest: digest ?? placeholder(called), pushed: digest !== undefined };
}

/** Has the form of a digest, and differs for other contents. */
const placeholder = (tag: string) => `sha256:${tag.padEnd(64, '0')}`;

const hexDigits = 24;

/**
 * Tag of the image of agent-core: a hash of its sources, so that the same bytes are built and pushed once.
 * @param lambdas the folder `lambdas`, with the bundle built
 * @throws UserError when it is not built
 */
export function imageTag(lambdas: string): string {
  const bundle = join(lambdas, 'dist', 'agent-core');
  if (!existsSync(bundle)) throw new UserError('agent-core is not built: run `make build` first.');
  const hash = createHash('sha256').update(readFileSync(join(lambdas, dockerfile)));
  const files = readdirSync(bundle).filter((file) => file.endsWith('.mjs'));
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(bundle, file)));
  return hash.digest('hex').slice(0, hexDigits);
}

/** Relative to `lambdas`. */
export const dockerfile = 'functions/agent-core/Dockerfile';

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
