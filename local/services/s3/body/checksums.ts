import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { Sha1 } from '@aws-sdk/checksums/sha';
import { Sha256 } from '@smithy/core/checksum';
import type { Checksum } from '@smithy/types';

/** S3's additional checksums (S3 user guide, "Checking object integrity"), by the end of their header's name. */
const algorithms = {
  crc32: () => new Crc32(),
  crc32c: () => new Crc32c(),
  crc64nvme: () => new Crc64Nvme(),
  sha1: () => new Sha1(),
  sha256: () => new Sha256(),
} as const satisfies Record<string, () => Checksum>;

export type Algorithm = keyof typeof algorithms;

/** A checksum as S3 stores and returns it. */
export interface ObjectChecksum {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one, with the number of its parts: `…-3`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export const isAlgorithm = (name: string): name is Algorithm => name in algorithms;

export const hasherOf = (algorithm: Algorithm): Checksum => algorithms[algorithm]();

/** `crc32` → `ChecksumCRC32`, the member of the SDK's shapes. */
export const checksumMember = (algorithm: Algorithm) => `Checksum${algorithm.toUpperCase()}` as const;

/** The members of an output for a checksum. */
export function checksumMembers(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumMember(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}
