import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  NoSuchUpload,
  type S3Client,
} from '@aws-sdk/client-s3';

/**
 * Aborts the unfinished multipart uploads of the keys with a prefix: the registered one, one of a registration that was repeated,
 * and those of functions that died while they wrote a result. S3 lists them all; the item's events know the first alone.
 *
 * A part that is arriving at this moment may outlive the abort (S3 API reference, AbortMultipartUpload). The bucket's lifecycle rule
 * removes it within a day.
 */
export async function abortUploads(client: S3Client, Bucket: string, Prefix: string): Promise<void> {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const after = page && { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    page = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...after }));
    for (const { Key, UploadId } of page.Uploads ?? []) await abortUpload(client, { Bucket, Key, UploadId });
  } while (page.IsTruncated);
}

/** Aborts a multipart upload. Aborting one that has ended changes nothing. */
export async function abortUpload(
  client: S3Client,
  upload: { Bucket: string; Key: string | undefined; UploadId: string | undefined },
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand(upload));
  } catch (error) {
    if (!(error instanceof NoSuchUpload)) throw error;
  }
}
