/** The synthesized stack cannot be run here; the message says where and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
