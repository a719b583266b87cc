import { PlatformError } from '../errors.ts';

/** The synthesized stack cannot be run here; the message says where and what to do. */
export class StackError extends PlatformError {
  override readonly name = 'StackError';
}
