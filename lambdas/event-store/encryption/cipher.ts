import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM over JSON (NIST SP 800-38D). Encrypted bytes are a version byte, a random 96-bit nonce, the ciphertext and a
 * 128-bit tag. One key may encrypt 2^32 values with random nonces (§8.3), far more than a stream has events.
 */
const algorithm = 'aes-256-gcm';
const formatVersion = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

/** The bytes were not encrypted with this key and context, or were changed. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
}

export const newKey = (): Uint8Array => new Uint8Array(randomBytes(keyBytes));

/**
 * @param context what the value belongs to: additional authenticated data, needed again to decrypt
 * @param value anything JSON holds
 */
export function encryptValue(key: Uint8Array, context: string, value: unknown): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(context));
  const text = [cipher.update(JSON.stringify(value), 'utf8'), cipher.final()];
  return new Uint8Array(Buffer.concat([Buffer.of(formatVersion), nonce, ...text, cipher.getAuthTag()]));
}

/** @throws DecryptionError when the key or context differs, or a byte was changed */
export function decryptValue(key: Uint8Array, context: string, encrypted: Uint8Array): unknown {
  if (encrypted.length < headBytes + tagBytes || encrypted[0] !== formatVersion) {
    throw new DecryptionError(`The encrypted data of ${context} has a format that this build does not know`);
  }
  try {
    const decipher = createDecipheriv(algorithm, key, encrypted.subarray(1, headBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(encrypted.subarray(-tagBytes));
    const text = [decipher.update(encrypted.subarray(headBytes, -tagBytes)), decipher.final()];
    return JSON.parse(Buffer.concat(text).toString());
  } catch (cause) {
    throw new DecryptionError(`The encrypted data of ${context} does not decrypt with its key`, { cause });
  }
}
