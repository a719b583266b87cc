import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM over JSON (NIST SP 800-38D). Sealed bytes are a version byte, a random 96-bit nonce, the ciphertext and a
 * 128-bit tag. One key may seal 2^32 values by random nonces (§8.3), far more than a stream has events.
 */
const algorithm = 'aes-256-gcm';
const formatVersion = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

/** The bytes are not what was sealed with this key for this place. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
}

export const newKey = (): Uint8Array => new Uint8Array(randomBytes(keyBytes));

/**
 * @param place what the value belongs to; it opens for the same place only
 * @param value anything JSON holds
 */
export function encryptValue(key: Uint8Array, place: string, value: unknown): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(place));
  const text = [cipher.update(JSON.stringify(value), 'utf8'), cipher.final()];
  return new Uint8Array(Buffer.concat([Buffer.of(formatVersion), nonce, ...text, cipher.getAuthTag()]));
}

/** @throws DecryptionError when key or place is another, or a byte was changed */
export function decryptValue(key: Uint8Array, place: string, sealed: Uint8Array): unknown {
  if (sealed.length < headBytes + tagBytes || sealed[0] !== formatVersion) {
    throw new DecryptionError(`What is sealed for ${place} is of a form this build does not know`);
  }
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, headBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    const text = [decipher.update(sealed.subarray(headBytes, -tagBytes)), decipher.final()];
    return JSON.parse(Buffer.concat(text).toString());
  } catch (cause) {
    throw new DecryptionError(`What is sealed for ${place} does not open with its key`, { cause });
  }
}
