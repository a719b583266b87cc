/** S3 Vectors' limits (S3 user guide, "S3 Vectors limitations and restrictions"). */
export const limits = {
  vectorsPerWrite: 500,
  vectorsPerGet: 100,
  vectorsPerList: 1000,
  listSegments: 16,
  topK: 10_000,
  /** Results on one page of a query. Our own: AWS gives no figure, only that larger answers are paged. */
  queryPage: 1000,
  keyChars: 1024,
  /** Bytes of JSON. */
  metadataBytes: 40 * 1024,
  filterableMetadataBytes: 2 * 1024,
  metadataKeys: 50,
} as const;
