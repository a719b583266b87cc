import { readFile } from 'node:fs/promises';
import startModule from '@jsquash/avif/codec/dec/avif_dec.js';
import { packageFile } from '../../runtime/package-files.ts';

/** libavif, compiled to WebAssembly by `@jsquash/avif`. */

const MiB = 1024 * 1024;
const pageBytes = 64 * 1024;

/**
 * Bytes of memory that the decoder may take. A small file can ask for a picture of any size, also one larger than its header says.
 * Our own: the largest picture of noise, with 8 bits a sample and all its colours, takes nine tenths of it.
 */
const decoderBytes = 288 * MiB;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of WebAssembly's API that is used here; Node's types do not declare it. */
declare const WebAssembly: {
  readonly compile: (bytes: Uint8Array) => Promise<object>;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new () => Memory;
  readonly RuntimeError: new () => Error;
};

/** Pixels of four bytes: red, green, blue, and how opaque they are. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

interface DecoderModule {
  decode(file: Uint8Array, bitDepth: 8): DecodedPicture | null;
}

/** The part of Emscripten's settings that is used here; the package's types ask for those of browsers. */
type StartModule = (settings: {
  readonly noInitialRun: true;
  printErr(line: string): void;
  instantiateWasm(imports: object, done: (instance: object) => void): object;
}) => Promise<DecoderModule>;

/**
 * Decodes the first picture of a file, in a memory of its own that ends with it.
 * @returns why there is none: the file is damaged, or asks for more memory than it may
 */
export async function decodeAvif(file: Uint8Array): Promise<DecodedPicture | 'damaged' | 'out-of-memory'> {
  let isOutOfMemory = false;
  const module = await WebAssembly.compile(await readFile(packageFile('avif-decoder.wasm')));
  const decoder = await (startModule as StartModule)({
    noInitialRun: true,
    // It says that it is aborted, and nothing else.
    printErr: () => undefined,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      boundMemory(instance.exports, () => {
        isOutOfMemory = true;
      });
      done(instance);
      return instance.exports;
    },
  });
  const failed = () => (isOutOfMemory ? 'out-of-memory' : 'damaged');
  try {
    return decoder.decode(file, 8) ?? failed();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return failed();
    throw error;
  }
}

/** Lets the memory of the decoder grow up to the limit. */
function boundMemory(exports: Readonly<Record<string, unknown>>, onRefusal: () => void): void {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) throw new TypeError('The decoder has no memory');
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * pageBytes <= decoderBytes) return grow(pages);
    onRefusal();
    throw new RangeError(`The decoder may take ${decoderBytes} bytes`);
  };
}
