import { hkdfSync } from 'node:crypto';
import { decryptValue, encryptValue } from '../../event-store/encryption/cipher.ts';

/** Bytes of an AES-256 key. */
const keyBytes = 32;

/**
 * Seals answers so that they open with the caller's Idempotency-Key only, which is kept nowhere: an answer may hold what
 * somebody said, and an erasure that cannot find it must not leave it readable. HKDF with SHA-256 (RFC 5869).
 * @param place whose request it is, and of which kind
 */
export function answerCipher(idempotencyKey: string, place: string) {
  const key = new Uint8Array(hkdfSync('sha256', idempotencyKey, place, 'nova answer', keyBytes));
  return {
    encrypt: (answer: unknown) => Buffer.from(encryptValue(key, place, { answer })).toString('base64'),
    decrypt: (encrypted: string) =>
      (decryptValue(key, place, Buffer.from(encrypted, 'base64')) as { answer: unknown }).answer,
  };
}
