import * as sdk from '@aws-sdk/client-transcribe';
import { transcribeLanguages } from '@nova/shared/models';
import type { ObjectStore, Stack } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import type { Job, JobStore } from './job-store.ts';

/** Source: Amazon Transcribe API reference, StartTranscriptionJob. */
const namePattern = /^[0-9a-zA-Z._-]{1,200}$/;
const mediaFormats = ['mp3', 'mp4', 'wav', 'flac', 'ogg', 'amr', 'webm', 'm4a'];
const speakersLeast = 2;
const speakersMost = 30;

export interface TranscribeOperationDependencies {
  readonly stack: Stack;
  readonly store: JobStore;
  readonly objects: ObjectStore;
  /** Begins to work on a job. */
  begin(job: Job): void;
}

export function transcribeOperations({
  stack,
  store,
  objects,
  begin,
}: TranscribeOperationDependencies): Operations<typeof sdk> {
  const jobArn = (name: string) =>
    `arn:aws:transcribe:${stack.region}:${stack.accountId}:transcription-job/${name}`;
  return {
    async StartTranscriptionJob(input, { caller }) {
      const name = input.TranscriptionJobName ?? '';
      if (!namePattern.test(name))
        throw badRequest('The job name must be 1 to 200 letters, digits, dots, hyphens and underscores.');
      caller.authorise('transcribe:StartTranscriptionJob', '*', {
        ...(input.OutputBucketName ? { 'transcribe:OutputBucketName': input.OutputBucketName } : {}),
        ...(input.OutputKey ? { 'transcribe:OutputKey': input.OutputKey } : {}),
      });
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(input.Media?.MediaFileUri ?? '') ?? [];
      if (!bucket || !key) throw badRequest('Media.MediaFileUri must have the form s3://bucket/key.');
      checkSettings(input);
      const { OutputBucketName, OutputKey = `${name}.json` } = input;
      if (!OutputBucketName)
        throw badRequest('The local Amazon Transcribe writes into a bucket of yours: name OutputBucketName.');
      // Amazon Transcribe reads and writes with the caller's own permissions.
      caller.authorise('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
      const checkKey = writeCheckKeyOf(OutputKey);
      for (const written of [OutputKey, checkKey]) {
        caller.authorise('s3:PutObject', `arn:aws:s3:::${OutputBucketName}/${written}`);
      }
      const object = await objects.read(bucket, key);
      if (!object)
        throw badRequest(
          "The S3 URI that you provided can't be accessed. Make sure that you have read permission and try your request again.",
        );
      object.body.destroy();
      if (store.find(name)) {
        throw new sdk.ConflictException({
          Message: 'The requested job name already exists.',
          message: 'The requested job name already exists.',
          $metadata: {},
        });
      }
      const job: Job = {
        ...{ name, mediaUri: `s3://${bucket}/${key}`, mediaFormat: input.MediaFormat ?? '' },
        ...(input.Settings?.ChannelIdentification && { byChannel: true }),
        ...{ language: input.LanguageCode, bucket: OutputBucketName, key: OutputKey },
        ...{ status: 'IN_PROGRESS', reason: undefined, createdAt: new Date().toISOString() },
      };
      await objects.write(OutputBucketName, checkKey, Buffer.alloc(0), 'application/octet-stream');
      store.put(job);
      begin(job);
      return { TranscriptionJob: describeJob(job) };
    },

    async GetTranscriptionJob({ TranscriptionJobName: name = '' }, { caller }) {
      caller.authorise('transcribe:GetTranscriptionJob', jobArn(name));
      const job = store.find(name);
      if (!job) throw new sdk.NotFoundException({ Message: noJob, message: noJob, $metadata: {} });
      return { TranscriptionJob: describeJob(job) };
    },

    async DeleteTranscriptionJob({ TranscriptionJobName: name = '' }, { caller }) {
      caller.authorise('transcribe:DeleteTranscriptionJob', jobArn(name));
      // The API reference names no specific error for this.
      if (!store.find(name)) throw badRequest(noJob);
      store.delete(name);
      return {};
    },
  };
}

/**
 * The file that Amazon Transcribe writes beside the output, to check that it may write, and leaves there. Its documentation does not
 * mention the file; clean-ups in public code name it and its folder. Its content is not known; here it is empty.
 */
const writeCheckKeyOf = (outputKey: string) => outputKey.replace(/[^/]*$/, '.write_access_check_file.temp');

const noJob = "The requested job couldn't be found. Check the job name and try your request again.";

function checkSettings(input: sdk.StartTranscriptionJobCommandInput): void {
  const { LanguageCode: language, IdentifyLanguage, MediaFormat: format, Settings = {} } = input;
  if ((language === undefined) === !IdentifyLanguage) {
    throw badRequest('Give exactly one of LanguageCode and IdentifyLanguage.');
  }
  if (language !== undefined && !transcribeLanguages.some((code) => code === language)) {
    throw badRequest(`The language code ${language} isn't supported.`);
  }
  if (format !== undefined && !mediaFormats.includes(format))
    throw badRequest(`The media format ${format} isn't supported.`);
  const { ShowSpeakerLabels, MaxSpeakerLabels: most, ChannelIdentification } = Settings;
  if (ShowSpeakerLabels && ChannelIdentification) {
    throw badRequest("You can't use ChannelIdentification and ShowSpeakerLabels in the same request.");
  }
  if (ShowSpeakerLabels && !(most && most >= speakersLeast && most <= speakersMost)) {
    throw badRequest(
      `Settings.MaxSpeakerLabels must be ${speakersLeast} to ${speakersMost} when ShowSpeakerLabels is true.`,
    );
  }
}

const describeJob = ({ name, status, reason, language, createdAt }: Job) => ({
  TranscriptionJobName: name,
  TranscriptionJobStatus: status,
  CreationTime: new Date(createdAt),
  ...(reason ? { FailureReason: reason } : {}),
  ...(language ? { LanguageCode: language as sdk.LanguageCode } : {}),
});

const badRequest = (message: string) =>
  new sdk.BadRequestException({ Message: message, message, $metadata: {} });
