/** Every kind of problem the API returns: the RFC 9457 `type`, its title and its status. */
export const problems = {
  'invalid-request': { title: 'The request is not valid', status: 400 },
  forbidden: { title: 'A valid API key is needed', status: 403 },
  'not-found': { title: 'Not found', status: 404 },
  'method-not-allowed': { title: 'The path does not support this method', status: 405 },
  conflict: { title: 'The current state does not allow this', status: 409 },
  'request-in-progress': { title: 'The same request is still in progress', status: 409 },
  'upload-missing': { title: 'The file has not been uploaded', status: 409 },
  'content-rejected': { title: 'The uploaded file was rejected', status: 409 },
  'too-large': { title: 'The request is too large', status: 413 },
  'unsupported-media': { title: 'The content is of a kind this call does not take', status: 422 },
  'idempotency-key-reused': { title: 'The idempotency key was used for another request', status: 422 },
  'too-many-requests': { title: 'Too many requests', status: 429 },
  'too-many-jobs': { title: 'Too many jobs have not ended', status: 429 },
  'budget-exhausted': { title: "The day's token budget is used up", status: 429 },
  internal: { title: 'Something went wrong on our side', status: 500 },
  'not-yet-visible': { title: 'Recorded, but not visible yet', status: 503 },
  'model-unavailable': { title: 'The model did not answer', status: 503 },
  timeout: { title: 'The answer took too long', status: 504 },
} as const satisfies Record<string, { title: string; status: number }>;

export type ProblemType = keyof typeof problems;

/** Media type of a problem (RFC 9457 §3). */
export const problemMediaType = 'application/problem+json';
