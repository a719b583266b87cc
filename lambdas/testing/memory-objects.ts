import { Readable } from 'node:stream';
import { NoSuchKey } from '@aws-sdk/client-s3';
import type { ContentObjects } from '../content/objects.ts';

/** The content bucket in memory, for tests. */
export function memoryObjects(
  bucket = 'content',
): ContentObjects & { write(key: string, body: Uint8Array): void } {
  const files = new Map<string, Uint8Array>();
  const bytesOf = (key: string) => {
    const bytes = files.get(key);
    if (!bytes) throw new NoSuchKey({ message: `NoSuchKey: ${key}`, $metadata: {} });
    return bytes;
  };
  return {
    bucket,
    write: (key, body) => void files.set(key, body),
    async head(key) {
      const file = files.get(key);
      return file && { bytes: file.length, etag: '"test"' };
    },
    async stream(key) {
      return Readable.from([bytesOf(key)]);
    },
    async start(key, count) {
      return files.get(key)?.subarray(0, count);
    },
    async range(key, from, to) {
      return bytesOf(key).subarray(from, to);
    },
    async readJson(key) {
      const file = files.get(key);
      return file && JSON.parse(Buffer.from(file).toString());
    },
    async writeJson(key, value) {
      files.set(key, Buffer.from(JSON.stringify(value)));
    },
    async writer(key) {
      let body = new Uint8Array(0);
      return {
        async write(bytes, position) {
          const end = Math.max(body.length, position + bytes.length);
          if (end > body.length) {
            const grown = new Uint8Array(end);
            grown.set(body);
            body = grown;
          }
          body.set(bytes, position);
        },
        async close() {
          files.set(key, body);
        },
        async abort() {},
      };
    },
    async deletePrefix(prefix) {
      for (const key of files.keys()) if (key.startsWith(prefix)) files.delete(key);
    },
    /** A writer's bytes are an object only once it is closed. */
    async abortUploads() {},
    async delete(key) {
      files.delete(key);
    },
  };
}
