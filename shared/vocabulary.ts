/** The words of the domain that more than one file must spell alike. */

/** What a piece of content is. */
export const contentKinds = ['document', 'image', 'audio', 'video'] as const;
export type ContentKind = (typeof contentKinds)[number];

/** Where a piece of content stands. */
export const contentStatuses = ['awaiting-upload', 'ready', 'rejected'] as const;
export type ContentStatus = (typeof contentStatuses)[number];

/** Why an upload was refused. */
export const rejectionReasons = ['empty', 'too-large', 'size-differs', 'type-differs'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** What a job does. */
export const jobKinds = ['transcription', 'analysis', 'indexing'] as const;
export type JobKind = (typeof jobKinds)[number];

/** Where a job stands. */
export const jobStatuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** What of a content item a vector stands for; `media`: the sound and the pictures themselves. */
export const vectorSources = ['document', 'transcript', 'scene', 'image', 'media'] as const;
export type VectorSource = (typeof vectorSources)[number];

/** Feelings a speaker may be heard with. */
export const emotions = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'surprised', 'disgusted'] as const;
export type Emotion = (typeof emotions)[number];

/** How bad an anomaly is. */
export const severities = ['low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

/** What used tokens. */
export const usageSources = ['chat', 'speech', 'video', 'embedding'] as const;
export type UsageSource = (typeof usageSources)[number];
