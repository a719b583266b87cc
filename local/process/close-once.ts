/**
 * Closes what a stack holds, in the opposite order of opening.
 * @returns a function that closes once, however often it is called; it never rejects, and one failure keeps nothing else
 *   open
 */
export function closeOnce(opened: AsyncDisposableStack): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    // A service that fails to close was about to end anyway; the warden ends the processes that it leaves.
    closing ??= opened.disposeAsync().catch(() => {});
    return closing;
  };
}
