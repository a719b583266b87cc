import { hkdfSync } from 'node:crypto';
import { openValue, sealValue } from '../../event-store/encryption/cipher.ts';

/** Bytes of an AES-256 key. */
const keyBytes = 32;

/**
 * Seals answers so that they open with the caller's Idempotency-Key only, which is kept nowhere: an answer may hold what
 * somebody said, and an erasure that cannot find it must not leave it readable. HKDF with SHA-256 (RFC 5869).
 * @param place whose request it is, and of which kind
 */
export function answerSeal(idempotencyKey: string, place: string) {
  const key = new Uint8Array(hkdfSync('sha256', idempotencyKey, place, 'nova answer', keyBytes));
  return {
    seal: (answer: unknown) => Buffer.from(sealValue(key, place, { answer })).toString('base64'),
    open: (sealed: string) =>
      (openValue(key, place, Buffer.from(sealed, 'base64')) as { answer: unknown }).answer,
  };
}
