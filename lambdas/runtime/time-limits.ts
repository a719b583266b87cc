/**
 * Time limits of an SDK client: for the connection, and until an answer begins. The SDK retries after a timeout, within
 * its own bound. Without `throwOnRequestTimeout` it would only log a warning and keep waiting.
 * @param answerMs milliseconds until the answer begins
 */
export const timeLimits = (answerMs: number) => ({
  connectionTimeout: 1000,
  requestTimeout: answerMs,
  throwOnRequestTimeout: true,
});
