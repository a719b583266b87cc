import { createHash } from 'node:crypto';

/**
 * An id as AWS would generate it: short, and the same on every start for the same resource.
 * @param length characters; API Gateway's ids have 10
 */
export function stableId(seed: string, length = 10): string {
  const digest = createHash('sha256').update(seed).digest();
  return BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .slice(0, length);
}

/** A UUID as AWS would generate it, the same on every start for the same resource. */
export function stableUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
