/** The platform cannot start or go on; the message says why and what to do about it. */
export class PlatformError extends Error {
  override readonly name: string = 'PlatformError';
}
