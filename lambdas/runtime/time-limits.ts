/**
 * Time limits of an SDK client: for the connection, and for an answer to begin. The SDK retries what ran into one,
 * within its own bound. Without `throwOnRequestTimeout` it would only warn, and go on waiting.
 * @param answerMs milliseconds until the answer begins
 */
export const timeLimits = (answerMs: number) => ({
  connectionTimeout: 1000,
  requestTimeout: answerMs,
  throwOnRequestTimeout: true,
});
