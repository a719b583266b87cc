import { join } from 'node:path';
import { runMain } from '@nova/shared/run-main';
import { lockName } from '../../modules/provider.ts';
import { printLine } from '../console.ts';
import { dockerfile } from '../image/image.ts';
import { pinBaseImage } from '../pins/base-image.ts';
import { lockProvider } from '../pins/provider-lock.ts';

const root = join(import.meta.dirname, '..', '..');

/** `make pins`: pins the base image of agent-core by digest, and the packages of the AWS provider by hash. Both are committed. */
await runMain(async () => {
  const path = join('lambdas', dockerfile);
  printLine(`${path}: ${await pinBaseImage(join(root, path))}`);
  lockProvider(root);
  printLine(`Commit ${path} and ${lockName}.`);
});
