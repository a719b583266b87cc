import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';
import { digestOf } from './registry.ts';
import { imageTag } from './tag.ts';

/** An image of agent-core. */
export interface Image {
  readonly digest: string;
  /** What tells it apart before its digest is known: the tag, made of what it is built of, or the digest that was chosen. */
  readonly called: string;
}

export interface PlannedImage extends Image {
  /** Otherwise the digest stands in for one that nobody knows yet. */
  readonly pushed: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The image to deploy: the one that is built of what is here, unless `TF_VAR_agent_core_image_digest` says another, for
 * who goes back to it.
 * @throws UserError when it is not built or not pushed
 */
export async function pushedImage(settings: Settings, environment: Environment): Promise<Image> {
  const { pushed, ...image } = await lookFor(settings, environment);
  if (pushed) return image;
  throw new UserError(
    image.called === environment.TF_VAR_agent_core_image_digest
      ? `TF_VAR_agent_core_image_digest is ${image.called}, but no such image is pushed: name another, or unset it.`
      : `The image of agent-core (${image.called}) is not pushed: run \`make image STAGE=${settings.stage}\`.`,
  );
}

/**
 * The same for a plan that is only read: with `IMAGE=later` the image need not be pushed.
 * @throws UserError when it is not built, or not pushed and must be
 */
export async function plannedImage(settings: Settings, environment: Environment): Promise<PlannedImage> {
  const { IMAGE, TF_VAR_agent_core_image_digest: chosen } = environment;
  if (IMAGE && IMAGE !== 'later') {
    throw new UserError(
      `IMAGE is "${IMAGE}", but must be later (plan before the image is pushed), or not be set.`,
    );
  }
  if (IMAGE && !chosen) return lookFor(settings, environment);
  return { ...(await pushedImage(settings, environment)), pushed: true };
}

async function lookFor(
  { prefix, region }: Settings,
  { TF_VAR_agent_core_image_digest: chosen }: Environment,
): Promise<PlannedImage> {
  const called = chosen || imageTag(join(import.meta.dirname, '..', '..', 'lambdas'));
  const identifier = chosen ? { imageDigest: chosen } : { imageTag: called };
  const digest = await digestOf(new ECRClient({ region }), imageRepositoryOf(prefix), identifier);
  return { called, digest: digest ?? standIn(called), pushed: digest !== undefined };
}

/** Of the form of a digest, and another for other contents. */
const standIn = (tag: string) => `sha256:${tag.padEnd(64, '0')}`;
