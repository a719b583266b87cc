import { awsError, scripted } from '../../testing/scripted.ts';

type Answers = Parameters<typeof scripted>[0];

/** What S3 answers about a bucket, by the name of the setting; undefined where the bucket has none. */
export interface BucketAnswers {
  BucketTagging?: object;
  PublicAccessBlock?: object;
  BucketVersioning?: object;
  BucketEncryption?: object;
  BucketPolicy?: object;
  BucketLifecycleConfiguration?: object;
}

/** S3's error for a setting that the bucket has not. */
const noSuch: Readonly<Record<keyof BucketAnswers, string | undefined>> = {
  BucketTagging: 'NoSuchTagSet',
  PublicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  BucketVersioning: undefined,
  BucketEncryption: 'ServerSideEncryptionConfigurationNotFoundError',
  BucketPolicy: 'NoSuchBucketPolicy',
  BucketLifecycleConfiguration: 'NoSuchLifecycleConfiguration',
};
const settingNames = Object.keys(noSuch) as (keyof BucketAnswers)[];

/** A fake S3 with one bucket, which keeps what is put. */
export function bucketFixture(initial: BucketAnswers, answers: Answers = {}) {
  const settings: BucketAnswers = { ...initial };
  const own: Answers = Object.fromEntries(
    settingNames.flatMap((name) => [
      [`Get${name}`, () => settings[name] ?? (noSuch[name] ? awsError(noSuch[name], 404)() : {})],
      [`Put${name}`, (input: object) => void Object.assign(settings, { [name]: asAnswer(input) })],
    ]),
  );
  const { client, calls } = scripted({ ...own, ...answers });
  return {
    client,
    settings,
    /** The names of the commands that change anything, in order. */
    changed: () => calls.map(({ name }) => name).filter((name) => /^(?:Create|Put|Delete)/.test(name)),
    /** The input of a command. */
    // biome-ignore lint/suspicious/noExplicitAny: tests read members of every command.
    stored: (command: string): any => calls.find(({ name }) => name === command)?.input,
  };
}

/** What a Get answers after a Put: some members of the answer lie one level higher. */
function asAnswer(input: object): object {
  const { Tagging, VersioningConfiguration, LifecycleConfiguration, ...others } = input as Record<
    string,
    object
  >;
  return { ...others, ...Tagging, ...VersioningConfiguration, ...LifecycleConfiguration };
}

/** As S3 creates a bucket when nobody says otherwise. */
export const bareBucket: BucketAnswers = {};

const encryptedWith = (defaults: object) => ({
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: defaults }] },
});
const allBlocked = {
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};

/** As release 0.1.0 made it, word for word: without tags. */
export const oldBucket: BucketAnswers = {
  PublicAccessBlock: allBlocked,
  BucketVersioning: { Status: 'Enabled' },
  BucketEncryption: encryptedWith({ SSEAlgorithm: 'AES256' }),
  BucketPolicy: {
    Policy:
      '{"Version":"2012-10-17","Statement":[{"Sid":"OnlyWithTls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::nova-state","arn:aws:s3:::nova-state/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}',
  },
  BucketLifecycleConfiguration: {
    Rules: [
      {
        ID: 'old-states',
        Status: 'Enabled',
        Filter: {},
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ],
  },
};

/** A bucket of others: with a KMS key, a policy whose only statement has our `Sid`, and a rule in S3's older form. */
export const theirBucket: BucketAnswers = {
  BucketTagging: { TagSet: [{ Key: 'Team', Value: 'payroll' }] },
  PublicAccessBlock: allBlocked,
  BucketEncryption: encryptedWith({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:key/theirs' }),
  BucketPolicy: {
    Policy: JSON.stringify({
      Version: '2008-10-17',
      Id: 'theirs',
      Statement: {
        Sid: 'OnlyWithTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: '*',
      },
    }),
  },
  BucketLifecycleConfiguration: {
    TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
    Rules: [{ ID: 'theirs', Status: 'Enabled', Prefix: 'reports/', Expiration: { Days: 30 } }],
  },
};
