import { hkdfSync } from 'node:crypto';
import { decryptValue, encryptValue } from '../../event-store/encryption/cipher.ts';

/** Bytes of an AES-256 key. */
const keyBytes = 32;

/**
 * Encrypts answers with the caller's Idempotency-Key, which is stored nowhere: an answer may hold personal data, and an
 * erasure that does not find it must not leave it readable. HKDF with SHA-256 (RFC 5869).
 * @param place tenant and route of the request
 */
export function answerCipher(idempotencyKey: string, place: string) {
  const key = new Uint8Array(hkdfSync('sha256', idempotencyKey, place, 'nova answer', keyBytes));
  return {
    encrypt: (answer: unknown) => Buffer.from(encryptValue(key, place, { answer })).toString('base64'),
    decrypt: (encrypted: string) =>
      (decryptValue(key, place, Buffer.from(encrypted, 'base64')) as { answer: unknown }).answer,
  };
}
