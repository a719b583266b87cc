import { respond } from '../chat/respond.ts';
import { replyOf } from '../converse/reply.ts';
import { validateConverse } from '../converse/validate.ts';
import { embed } from '../embeddings/embed.ts';
import { base64Source, type MediaReader } from '../media.ts';
import { imagesOf, type TextReader, transcribePictures } from '../pictures/read-pictures.ts';
import type { Script } from '../script.ts';
import { converseBySpeech } from '../speech/sonic/session.ts';
import { standInName } from '../stand-in.ts';
import { analyseVideo, videosOf } from '../video/analyse.ts';
import { expectModel } from './catalogue.ts';
import type { Models } from './models.ts';

/** Fixed rules instead of models. */
export function standInModels(media: MediaReader, script: Script, readText: TextReader): Models {
  return {
    name: standInName,

    expect: expectModel,

    async converse(request, caller) {
      validateConverse(request);
      const { messages = [], system, toolConfig } = request;
      const step =
        script.next(request) ??
        (videosOf(request).length > 0
          ? await analyseVideo(request, (source, use) => media.withFile(source, caller, use))
          : imagesOf(request).length > 0
            ? await transcribePictures(request, (source) => media.read(source, caller), readText)
            : respond(messages, system, toolConfig));
      return replyOf(step, request);
    },

    async invoke(_modelId, body, caller) {
      const embedded = await embed(body, (source) => media.read(base64Source(source), caller));
      return { body: toBytes(embedded.body), inputTokens: embedded.inputTokens };
    },

    async *speak(_modelId, chunks) {
      for await (const event of converseBySpeech(chunks)) yield toBytes({ event });
    },
  };
}

const toBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
