/** Words of the domain that several files share. */

/** Kind of a content item. */
export const contentKinds = ['document', 'image', 'audio', 'video'] as const;
export type ContentKind = (typeof contentKinds)[number];

/** Status of a content item. */
export const contentStatuses = ['awaiting-upload', 'ready', 'rejected'] as const;
export type ContentStatus = (typeof contentStatuses)[number];

/** Reason that an upload was rejected. */
export const rejectionReasons = ['empty', 'too-large', 'size-differs', 'type-differs'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** Kind of a job. */
export const jobKinds = ['transcription', 'analysis', 'indexing'] as const;
export type JobKind = (typeof jobKinds)[number];

/** Status of a job. */
export const jobStatuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** The part of a content item that a vector stands for; `media`: the sound and the pictures themselves. */
export const vectorSources = ['document', 'transcript', 'scene', 'image', 'media'] as const;
export type VectorSource = (typeof vectorSources)[number];

/** Emotions of a speaker. */
export const emotions = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'surprised', 'disgusted'] as const;
export type Emotion = (typeof emotions)[number];

/** Severity of an anomaly. */
export const severities = ['low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

/** The model use that consumed tokens. */
export const usageSources = ['chat', 'speech', 'video', 'image', 'embedding'] as const;
export type UsageSource = (typeof usageSources)[number];
