import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../../contracts.ts';
import { bucketArn, inS3Words } from '../access.ts';
import { invalidArgument } from '../errors.ts';
import type { Operation, S3Dependencies, S3Request } from '../operation.ts';
import type { StoredObject } from '../storage/object-index.ts';
import { remove } from './objects.ts';

/** S3 lists and deletes up to 1,000 objects at once. */
const maxKeys = 1000;

export const listBuckets: Operation<sdk.ListBucketsCommandInput, sdk.ListBucketsCommandOutput> = async (
  { storage },
  { caller },
) => {
  caller.authorise('s3:ListAllMyBuckets', '*');
  return {
    output: { Buckets: storage.buckets.map(({ name, created }) => ({ Name: name, CreationDate: created })) },
  };
};

export const headBucket: Operation<sdk.HeadBucketCommandInput, sdk.HeadBucketCommandOutput> = async (
  { storage, region },
  { caller, bucket },
) => {
  caller.authorise('s3:ListBucket', bucketArn(bucket));
  storage.requireBucket(bucket);
  return { output: { BucketRegion: region } };
};

export const getBucketLocation: Operation<
  sdk.GetBucketLocationCommandInput,
  sdk.GetBucketLocationCommandOutput
> = async ({ storage, region }, { caller, bucket }) => {
  caller.authorise('s3:GetBucketLocation', bucketArn(bucket));
  storage.requireBucket(bucket);
  // The first region has no name here.
  return {
    output: region === 'us-east-1' ? {} : { LocationConstraint: region as sdk.BucketLocationConstraint },
  };
};

export const listObjectsV2: Operation<sdk.ListObjectsV2CommandInput, sdk.ListObjectsV2CommandOutput> = async (
  { storage },
  { caller, bucket },
  input,
) => {
  const { Prefix = '', Delimiter, StartAfter = '', ContinuationToken, EncodingType } = input;
  const MaxKeys = Math.min(input.MaxKeys ?? maxKeys, maxKeys);
  caller.authorise('s3:ListBucket', bucketArn(bucket), {
    's3:prefix': Prefix,
    's3:max-keys': String(MaxKeys),
    ...(Delimiter ? { 's3:delimiter': Delimiter } : {}),
  });
  storage.requireBucket(bucket);
  const after = ContinuationToken === undefined ? StartAfter : readToken(ContinuationToken);
  const page = collect(storage.list(bucket, Prefix, after), Prefix, Delimiter, after, MaxKeys);
  const encode = (text: string) =>
    EncodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text;
  return {
    output: {
      Name: bucket,
      Prefix: encode(Prefix),
      Delimiter,
      MaxKeys,
      EncodingType,
      StartAfter: input.StartAfter,
      ContinuationToken,
      KeyCount: page.objects.length + page.prefixes.length,
      IsTruncated: page.next !== undefined,
      NextContinuationToken: page.next === undefined ? undefined : writeToken(page.next),
      Contents: page.objects.map((object) => listedObject(object, encode)),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    },
  };
};

interface Page {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** Last key or common prefix on this page, when there are more. */
  readonly next: string | undefined;
}

function collect(
  listed: Iterable<StoredObject>,
  prefix: string,
  delimiter: string | undefined,
  after: string,
  limit: number,
): Page {
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const object of listed) {
    const common = commonPrefix(object.key, prefix, delimiter);
    // A page that ended with a common prefix covers all keys under it.
    if (common !== undefined && (common === last || common === after)) continue;
    if (objects.length + prefixes.length >= limit)
      return { objects, prefixes, next: limit > 0 ? last : undefined };
    if (common === undefined) objects.push(object);
    else prefixes.push(common);
    last = common ?? object.key;
  }
  return { objects, prefixes, next: undefined };
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

const listedObject = (
  { key, bytes, etag, modified, checksum }: StoredObject,
  encode: (text: string) => string,
) => ({
  Key: encode(key),
  Size: bytes,
  ETag: etag,
  LastModified: modified,
  StorageClass: 'STANDARD' as const,
  ...(checksum
    ? {
        ChecksumAlgorithm: [checksum.algorithm.toUpperCase() as sdk.ChecksumAlgorithm],
        ChecksumType: checksum.type,
      }
    : {}),
});

const writeToken = (key: string) => Buffer.from(`1${key}`).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('1')) throw invalidArgument('The continuation token provided is incorrect');
  return text.slice(1);
}

export const deleteObjects: Operation<sdk.DeleteObjectsCommandInput, sdk.DeleteObjectsCommandOutput> = async (
  s3,
  request,
  { Delete },
) => {
  const keys = (Delete?.Objects ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  if (keys.length === 0 || keys.length > maxKeys) throw malformedXml();
  const results = await Promise.all(keys.map((key) => removeOne(s3, request, key)));
  const Errors = results.flatMap((result) => ('Code' in result ? [result] : []));
  const Deleted = results.flatMap((result) => ('Code' in result ? [] : [result]));
  return { output: { Deleted: Delete?.Quiet ? [] : Deleted, Errors } };
};

async function removeOne(
  s3: S3Dependencies,
  request: S3Request,
  key: string,
): Promise<{ Key: string } | { Key: string; Code: string; Message: string }> {
  try {
    await remove(s3, request, key);
    return { Key: key };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'NoSuchBucket') throw error;
    const { code, message } = inS3Words(error);
    return { Key: key, Code: code, Message: message };
  }
}

const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    400,
    `The XML you provided was not well-formed or did not validate: Delete must name 1 to ${maxKeys} objects`,
  );
