import { readSettings } from '../modules/settings.ts';
import { run, say } from './errors.ts';
import { pushedImage } from './image/image.ts';

/** Prints the digest of the image that is built of what is here, for `TF_VAR_agent_core_image_digest`. */
await run(async () => say((await pushedImage(readSettings(process.env), {})).digest));
