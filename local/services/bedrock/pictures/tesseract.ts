import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';

/** An engine that reads the text in pictures. */
export interface PictureEngine {
  /** @throws Error for a picture that it cannot decode */
  read(picture: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

/** Where `make tesseract` installs it. */
const installedIn = resolve(import.meta.dirname, '../../../tesseract');

/** Languages whose data is installed, in the order in which they are tried. */
const languages = ['eng', 'jpn'] as const;
type Language = (typeof languages)[number];
/** Percent of confidence from which on no other language is tried: another script gives 20 to 50. Our own. */
const confident = 80;
/** Milliseconds that a picture may take, with those that wait before it: noise takes minutes, and callers wait two. */
const readingMs = 100_000;
/** Folder of the data for the engine of neural networks alone, the smallest of the package. */
const dataFolder = '4.0.0_best_int';
/** The engine of neural networks. Source: tesseract.js, `OEM.LSTM_ONLY`. */
const neural = 1;

/** The part of tesseract.js that is used here; it is not among the packages of this one. */
interface Tesseract {
  createWorker(
    language: string,
    engine: number,
    options: { langPath: string; cacheMethod: 'none'; errorHandler: (error: unknown) => void },
  ): Promise<TesseractWorker>;
}

interface TesseractWorker {
  readonly worker: Worker;
  recognize(
    picture: Buffer,
  ): Promise<{ readonly data: { readonly text: string; readonly confidence: number } }>;
  terminate(): Promise<unknown>;
}

/**
 * Tesseract, an engine for text recognition, where it is installed. It is loaded for the first picture, and reads one picture at a time in
 * each language: English first, and Japanese where it is not confident.
 * @param folder that it is installed in
 */
export function findTesseract(folder = installedIn): PictureEngine | undefined {
  const modules = join(folder, 'node_modules');
  if (!existsSync(join(modules, 'tesseract.js', 'package.json'))) return undefined;
  const workers = new Map<Language, Promise<TesseractWorker>>();
  const workerOf = (language: Language) => {
    const worker = workers.get(language) ?? startWorker(folder, modules, language);
    workers.set(language, worker);
    return worker;
  };
  const recognise = async (language: Language, picture: Buffer) => {
    const worker = await workerOf(language);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        workers.delete(language);
        void worker.terminate();
        reject(new Error('The picture takes too long to read'));
      }, readingMs);
    });
    try {
      return await Promise.race([worker.recognize(picture), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async read(picture) {
      let best = { text: '', confidence: -1 };
      for (const language of languages) {
        const { data } = await recognise(language, Buffer.from(picture));
        if (data.confidence > best.confidence) best = data;
        if (best.confidence >= confident) break;
      }
      return withoutGaps(best.text.trim());
    },
    async close() {
      for (const worker of workers.values()) await (await worker).terminate();
    },
  };
}

async function startWorker(folder: string, modules: string, language: Language): Promise<TesseractWorker> {
  const { createWorker } = createRequire(join(folder, 'package.json'))('tesseract.js') as Tesseract;
  const langPath = join(modules, '@tesseract.js-data', language, dataFolder);
  // Without a handler, it throws its errors outside of any call; the calls reject with them as well.
  const options = { langPath, cacheMethod: 'none', errorHandler: () => {} } as const;
  const started = await createWorker(language, neural, options);
  started.worker.unref();
  return started;
}

/** Tesseract puts spaces between the characters of Japanese and Chinese. */
const withoutGaps = (text: string) =>
  text.replaceAll(
    /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。「」ー])[ \t]+(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。「」ー])/gu,
    '',
  );
