import {
  BadRequestException,
  ConflictException,
  DeleteTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  type LanguageCode,
  type MediaFormat,
  StartTranscriptionJobCommand,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import type { MediaType } from '@nova/shared/media-types';
import { tracer } from '../../runtime/instrumentation.ts';
import { timeLimits } from '../../runtime/time-limits.ts';

/** A service that writes down recordings by itself, and says on the bus when it has. */
export interface BatchTranscriber {
  /** Begins; beginning again under the same name changes nothing. */
  start(job: {
    readonly name: string;
    /** `s3://bucket/key` of the recording. */
    readonly uri: string;
    readonly mediaType: MediaType;
    /** A code of the service; absent to have the language found out. */
    readonly language: string | undefined;
    readonly outputBucket: string;
    readonly outputKey: string;
  }): Promise<void>;
  /** Why a job failed, in the service's words. */
  failureOf(name: string): Promise<string | undefined>;
  /** Frees the name. */
  forget(name: string): Promise<void>;
}

/** Voices that are told apart at most. Amazon Transcribe takes 30; a conversation has fewer, and more cost accuracy. */
const maxSpeakers = 10;

/** How the service says that it has no job of a name; the API reference names no error of its own for it. */
const gone = "couldn't be found";

const formats: Readonly<Partial<Record<MediaType, MediaFormat>>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
};

/** The Amazon Transcribe client, traced. */
export function transcribeClient(): TranscribeClient {
  return tracer.captureAWSv3Client(
    new TranscribeClient({ requestHandler: timeLimits(10_000), maxAttempts: 4 }),
  );
}

/** Amazon Transcribe's batch jobs. It reads and writes the bucket with the function's own permissions. */
export function amazonTranscribe(client: TranscribeClient): BatchTranscriber {
  return {
    async start({ name, uri, mediaType, language, outputBucket, outputKey }) {
      const spoken = language ? { LanguageCode: language as LanguageCode } : { IdentifyLanguage: true };
      const command = new StartTranscriptionJobCommand({
        TranscriptionJobName: name,
        Media: { MediaFileUri: uri },
        MediaFormat: formats[mediaType],
        OutputBucketName: outputBucket,
        OutputKey: outputKey,
        Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: maxSpeakers },
        ...spoken,
      });
      try {
        await client.send(command);
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
      }
    },

    async failureOf(name) {
      const { TranscriptionJob } = await client.send(
        new GetTranscriptionJobCommand({ TranscriptionJobName: name }),
      );
      return TranscriptionJob?.FailureReason;
    },

    async forget(name) {
      try {
        await client.send(new DeleteTranscriptionJobCommand({ TranscriptionJobName: name }));
      } catch (error) {
        if (!(error instanceof BadRequestException && error.message.includes(gone))) throw error;
      }
    },
  };
}
