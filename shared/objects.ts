/** Keys of the content bucket. Every key starts with its kind and then the tenant, so a policy or a rule can name either. */

/** Prefix of uploaded files; a rule watches it. */
export const uploadPrefix = 'uploads/';
/** Prefix of the results that the platform makes of them. */
export const resultPrefix = 'results/';

/** Key of an uploaded file: `uploads/<tenant>/<content id>`. */
export const uploadKey = (tenant: string, contentId: string) => `${uploadPrefix}${tenant}/${contentId}`;

/** Prefix of all results of a content item. */
export const resultsOf = (tenant: string, contentId: string) => `${resultPrefix}${tenant}/${contentId}/`;

/** Key of a job's result: `results/<tenant>/<content id>/<job id>.json`. */
export const resultKey = (tenant: string, contentId: string, jobId: string) =>
  `${resultsOf(tenant, contentId)}${jobId}.json`;

/** Key of the result of one segment of a job, kept until all segments are done: `results/<tenant>/<content id>/<job id>/<part>.json`. */
export const segmentKey = (tenant: string, contentId: string, jobId: string, segment: number) =>
  `${resultsOf(tenant, contentId)}${jobId}/${segment}.json`;

/** Key of the text of a picture that a job has read, kept until the job is done: `results/<tenant>/<content id>/<job id>/picture-<id>.json`. */
export const pictureKey = (tenant: string, contentId: string, jobId: string, picture: string) =>
  `${resultsOf(tenant, contentId)}${jobId}/picture-${picture}.json`;

/** Key of another service's result for a job: `results/<tenant>/<content id>/<job id>/delegated.json`. */
export const delegatedKey = (tenant: string, contentId: string, jobId: string) =>
  `${resultsOf(tenant, contentId)}${jobId}/delegated.json`;

/**
 * Key of the file that Amazon Transcribe writes before it takes a job, to check that it may write: in the folder of the job's result.
 * AWS's documentation does not mention the file; policies and clean-ups in public code show where it is.
 */
export const writeCheckKey = (tenant: string, contentId: string, jobId: string) =>
  `${resultsOf(tenant, contentId)}${jobId}/.write_access_check_file.temp`;

/** Key of a copy of a video's sound while another service transcribes it: `results/<tenant>/<content id>/<job id>/sound.m4a`. */
export const soundKey = (tenant: string, contentId: string, jobId: string) =>
  `${resultsOf(tenant, contentId)}${jobId}/sound.m4a`;

/** Key of a segment of a video while the model watches it: `results/<tenant>/<content id>/<job id>/<part>.mp4`. */
export const clipKey = (tenant: string, contentId: string, jobId: string, segment: number) =>
  `${resultsOf(tenant, contentId)}${jobId}/${segment}.mp4`;

/**
 * Tenant and content id in an upload's key.
 * @returns undefined for a key of another format
 */
export function parseUploadKey(key: string): { tenant: string; contentId: string } | undefined {
  const match = /^uploads\/([^/]+)\/([^/]+)$/.exec(key);
  return match?.[1] && match[2] ? { tenant: match[1], contentId: match[2] } : undefined;
}
