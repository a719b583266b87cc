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
import { timeLimits } from '../../runtime/clients.ts';
import { tracer } from '../../runtime/instrumentation.ts';

/** A service that transcribes recordings by itself, and reports the end on the bus. */
export interface BatchTranscriber {
  /** Starts a job; a second start with the same name changes nothing. */
  start(job: {
    readonly name: string;
    /** `s3://bucket/key` of the recording. */
    readonly uri: string;
    readonly mediaType: MediaType;
    /** A code of the service; absent to detect the language. */
    readonly language: string | undefined;
    /** Whether each of two channels is one voice; otherwise voices are told apart by their sound. */
    readonly byChannel: boolean;
    readonly outputBucket: string;
    readonly outputKey: string;
  }): Promise<void>;
  /** The service's reason for the failure of a job. */
  failureOf(name: string): Promise<string | undefined>;
  /** Deletes the job, so that its name can be used again. */
  forget(name: string): Promise<void>;
}

/** Speakers that are distinguished, at most. Amazon Transcribe accepts 30; a conversation has fewer, and more cost accuracy. */
const maxSpeakers = 10;

/** The service's message for an unknown job; the API reference has no specific error for it. */
const notFoundMessage = "couldn't be found";

/** Source: Amazon Transcribe developer guide, "Data input and output", formats of batch transcriptions. */
const formats: Readonly<Partial<Record<MediaType, MediaFormat>>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
};

/** Whether batch jobs take files of a type, with such a codec inside: AMR has files of its own. */
export const takesFormat = (mediaType: MediaType, codec: string): boolean =>
  formats[mediaType] !== undefined && (codec !== 'amr' || mediaType === 'audio/amr');

/** The Amazon Transcribe client, traced. */
export function transcribeClient(): TranscribeClient {
  return tracer.captureAWSv3Client(
    new TranscribeClient({ requestHandler: timeLimits(10_000), maxAttempts: 4 }),
  );
}

/** Amazon Transcribe's batch jobs. It reads and writes the bucket with the function's own permissions. */
export function amazonTranscribe(client: TranscribeClient): BatchTranscriber {
  return {
    async start({ name, uri, mediaType, language, byChannel, outputBucket, outputKey }) {
      const spoken = language ? { LanguageCode: language as LanguageCode } : { IdentifyLanguage: true };
      const command = new StartTranscriptionJobCommand({
        TranscriptionJobName: name,
        Media: { MediaFileUri: uri },
        MediaFormat: formats[mediaType],
        OutputBucketName: outputBucket,
        OutputKey: outputKey,
        // Both at once are refused.
        Settings: byChannel
          ? { ChannelIdentification: true }
          : { ShowSpeakerLabels: true, MaxSpeakerLabels: maxSpeakers },
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
        if (!(error instanceof BadRequestException && error.message.includes(notFoundMessage))) throw error;
      }
    },
  };
}
