/** Limits that the platform promises or must respect. Each names its unit and its source. */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const limits = {
  /** Bytes of a request body that the API accepts. Our own: fits the longest message in any script; far under Lambda's 6 MB. */
  requestBytes: 256 * KiB,
  /** Bytes of a request or buffered response through API Gateway. API Gateway quotas: payload size, 10 MB. */
  gatewayPayloadBytes: 10 * MiB,
  /** Bytes from which on an answer is compressed for a client that accepts it. Our own: a smaller one fits into one packet. */
  compressedBytes: KiB,
  /** Milliseconds a buffered integration may take. API Gateway quotas: integration timeout, 29 s. */
  gatewayTimeoutMs: 29_000,
  /** Milliseconds a streamed integration may take. API Gateway response streaming: 15 minutes. */
  gatewayStreamTimeoutMs: 900_000,

  /** Bytes of an upload. Amazon Bedrock Nova: a video through S3 is at most 1 GB. */
  uploadBytes: 1 * GiB,
  /** Bytes from which a file is uploaded in parts. Our own: one PUT of this size still succeeds over a slow line. */
  multipartFromBytes: 64 * MiB,
  /** Bytes of each part but the last. S3: 5 MiB at least, and 10,000 parts. Our own: 64 parts for the largest file. */
  uploadPartBytes: 16 * MiB,
  /** Bytes of a part when functions write in parts. S3: 5 MiB at least. Our own: two of them fit beside everything else. */
  writtenPartBytes: 8 * MiB,
  /** Bytes of a text document. Our own: the index function can read as much in one pass with its 512 MB. */
  documentBytes: 10 * MiB,
  /** Characters of text in a document of any format, and pages of a PDF. Our own: the same as its bytes. */
  documentChars: 10 * MiB,
  documentPages: 2000,
  /** Warnings about a document that its item shows, and characters of one, of its title and of its author. Our own. */
  documentWarnings: 20,
  documentFactChars: 500,
  /** Bytes that any one stream of a PDF, or chapter of a book, may unpack to. Our own: the index function's 512 MB hold it several times. */
  documentStreamBytes: 24 * MiB,
  /** Bytes that all streams of a PDF, or all parts of an office document that are read, may unpack to. Our own: read in a fraction of the index function's five minutes. */
  documentUnpackedBytes: 384 * MiB,
  /** Parts of an office document or a book, which are the entries of a ZIP file. Our own: a book with a picture on each page has a thousand. */
  documentParts: 10_000,
  /** Milliseconds of a processor that an invocation may take to read a document. Our own: twice what the largest documents take. */
  documentCpuMs: 30_000,
  /**
   * Milliseconds of a processor after which an invocation leaves the pages of a PDF that it has not read to another one, and that all of
   * them may take. Our own: two thousand pages with formulas and tables take 80 s.
   */
  documentShareMs: 15_000,
  documentCpuMsInAll: 240_000,
  /**
   * Milliseconds of an invocation that reading a document leaves to indexing. Our own: a document may take 285 s of the five minutes, in
   * which a function of 512 MB gets 83 s of a processor. Lambda guide, "Configure Lambda function memory": 1,769 MB are one processor.
   */
  documentRestMs: 10_000,
  /**
   * Milliseconds of a processor that a function may take to read a recording or a video of any size, and bytes for which it may take one more:
   * clips of a video are copied. Our own: twenty times what opening and decoding the largest recordings take.
   */
  mediaCpuMs: 30_000,
  mediaBytesPerMs: 10_000,
  /**
   * Share of a processor from which on it is the file's own fault that the function's time ends while it is read: half of what a function
   * of 256 MB gets. Lambda guide, "Configure Lambda function memory": 1,769 MB are one processor.
   */
  mediaShare: 0.07,
  /** Seconds for which a presigned upload address is valid. Our own. */
  uploadExpirySeconds: 3600,
  /** Seconds for which a presigned download address is valid. Our own. */
  downloadExpirySeconds: 900,
  /** Bytes read from the start of an object to detect its type. Our own: the sample size of file-type. */
  sniffBytes: 4100,

  /** Bytes of one DynamoDB item, attribute names included. DynamoDB quotas: item size, 400 KB. */
  dynamodbItemBytes: 400 * KiB,
  /** Events in one commit. Our own: keeps a commit far under the item size. */
  eventsPerCommit: 100,
  /** Characters of a stream's tenant or id. Our own: keeps the key of a stream under DynamoDB's 2,048 bytes in any script. */
  streamNameChars: 128,
  /** Events from one snapshot of a stream's state to the next. Our own: one small read returns as many. */
  snapshotEvery: 100,
  /** Milliseconds for which an append is retried after version conflicts. Our own: enough for hundreds of writers. */
  appendPatienceMs: 10_000,
  /** Attempts of an append after version conflicts. Our own: more than usually fit in these milliseconds. */
  appendTries: 1000,

  /** Items on a page. Our own. */
  pageSize: 50,
  pageSizeMax: 100,

  /** Characters of a chat message. Our own: about 8,000 tokens. */
  messageChars: 32_000,
  /** Content ids that a chat message may name. Our own. */
  contentIdsPerChat: 20,
  /** Characters of a search query. Nova multimodal embeddings take 8K tokens. */
  queryChars: 2000,
  /** Hits of a search. S3 Vectors allows 10,000. Our own: one page of results. */
  topKMax: 100,
  topKDefault: 10,
  /** Values of one condition of a search filter, and characters of a speaker's name. Our own. */
  filterValues: 20,
  speakerChars: 64,
  /** Questions about a video, and characters of one. Our own. */
  questionsPerVideo: 10,
  questionChars: 500,

  /** Vectors of one PutVectors or DeleteVectors call. S3 Vectors limits: 500. */
  vectorsPerCall: 500,
  /** Vectors of one GetVectors call. S3 Vectors limits: 100. */
  vectorsPerGet: 100,
  /** Vectors that one query requests. S3 Vectors allows 10,000. Our own: enough to choose passages from. */
  vectorsPerQuery: 1000,
  /** Bytes of a request to S3 Vectors. S3 Vectors limits: request payload, 20 MiB. */
  vectorPayloadBytes: 20 * MiB,
  /** Bytes of one vector's filterable metadata. S3 Vectors limits: 2 KB. */
  filterableMetadataBytes: 2 * KiB,
  /** Bytes of one vector's metadata. S3 Vectors limits: 40 KB. */
  metadataBytes: 40 * KiB,

  /** Seconds a connection to the speech model lasts. Amazon Nova Sonic user guide: 8 minutes. */
  speechConnectionSeconds: 480,
  /** Connections that one segment of a transcription holds at once. Our own: with its segments, a share of the account's 20 (Bedrock quotas, Nova Sonic). */
  speechConnections: 3,
  /** Seconds of a recording that one invocation listens to. Our own: their decoded samples fit in its 512 MB with room to spare. */
  speechSegmentSeconds: 120,
  /** Seconds of a video that one call of the model watches. Nova user guide, "Video understanding": up to 16 minutes it sees one frame a second, then fewer. */
  videoSegmentSeconds: 900,
  /** Seconds that two segments of a video share, so that an event at a cut is seen whole. Our own. */
  videoOverlapSeconds: 10,
  /** Milliseconds that a webhook's receiver may take to answer. Our own: Standard Webhooks advises 15 to 30 s. */
  webhookMs: 15_000,
  /**
   * Milliseconds after each failed call of a webhook until the next, one less than there are calls: 5 s, 1 min, 5 min, 30 min, 2 h, 6 h
   * and 15 h, together a day. Our own. Standard Webhooks advises growing pauses over several days.
   */
  webhookRetriesMs: [5_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 54_000_000],
  /** Share by which chance shortens or lengthens a pause, so that receivers are not all called at once. Our own. */
  webhookJitter: 0.2,
  /** Milliseconds by which a receiver's `Retry-After` may delay the next call at most. Our own. */
  webhookRetryAfterMs: 6 * 3600_000,
  /** Calls of a webhook that a job shows. Our own. */
  webhookCallsShown: 20,
  /** Milliseconds that a call waits for one of its key's places, while it holds one of the stage's. Our own: a healthy receiver answers sooner. */
  webhookPatienceMs: 1000,
  /** Milliseconds by which a call without a place is put off. Our own: EventBridge Scheduler is precise to a minute. */
  webhookPutOffMs: 60_000,
  /** Seconds of a recording or video that one vector stands for. Our own: short enough to find the place. */
  mediaSpanSeconds: 15,
  /** Seconds of a video that one vector can be made of. Nova user guide, embeddings. */
  mediaClipSeconds: 30,
  /**
   * Bytes of an image or a clip that is sent within the request to a model in another region. Our own: two of them, base64, fit into
   * the index function's 512 MB. Bedrock InvokeModel: a body of 25 MB.
   */
  inlineMediaBytes: 8 * MiB,
  /** Pixels of a side of a picture that a model reads. Amazon Nova user guide, "Image understanding": 8,000. */
  pictureSide: 8000,
  /** Bytes from the start of a picture in which its size is looked for. Our own: profiles and previews of cameras stand before it. */
  pictureHeadBytes: 256 * KiB,
  /** Tokens of the text of one picture. Our own: three times those of a dense page. */
  pictureTextTokens: 8192,
  /** Pictures of a document that are read. Our own: each takes seconds of a model, and ten megabytes hold as many scanned pages. */
  documentPictures: 200,
  /** Bytes of the pixels of a picture that is decoded. Our own: a page of A4 at 300 dots an inch, in colour, and the index function's 512 MB hold it several times. */
  picturePixelBytes: 32 * MiB,
  /** Pictures that one job has read at once. Our own: leaves other jobs their share of the model. */
  picturesAtOnce: 4,
  /** Milliseconds that reading one picture may take. Our own: several times what a dense page takes. */
  pictureReadMs: 120_000,
  /** Spans that one invocation embeds. Our own: done well inside the index function's five minutes. */
  mediaSpansPerSegment: 8,
  /** Segments of one job that are processed at once. Our own: leaves other jobs their share. */
  jobSegmentsAtOnce: 4,
  /** Seconds of a recording, also when speech may be sent faster than it was spoken. Our own. */
  recordingSeconds: 2 * 3600,

  /** Records of a stream batch; the seed's figure. Lambda allows 10,000. */
  streamBatchSize: 100,

  /** Seconds for which a request with an Idempotency-Key is remembered. Our own: usual for payment APIs. */
  idempotencySeconds: 24 * 3600,

  /** Seconds for which a session's memory outlives its last turn: the seed's 24 hours. */
  sessionTtlSeconds: 24 * 3600,
  /** Verbatim turns from which the oldest are summarised, and the number summarised at once. Our own. */
  sessionTurns: 10,
  sessionTurnsSummarised: 4,
  /** Bytes of verbatim turns, as JSON, from which half of them are summarised. Our own: about 12,000 tokens of English. */
  sessionTurnsBytes: 48 * KiB,
  /** Characters of a summary, and tokens that the model may write for one. Our own: enough for four turns. */
  sessionSummaryChars: 2000,
  sessionSummaryTokens: 700,
  /** Characters of a message and of a reply that a summary is made from. Our own: bounds its cost. */
  summarisedChars: 4000,
  /** Milliseconds that a summary may take from the start of its turn. Our own: most answers take longer. */
  sessionSummaryMs: 15_000,
  /** Maximum number of verbatim turns when there is no summary. Our own. */
  sessionTurnsMax: 20,
  /** Bytes of the turns in a session's memory. Our own: leaves an item of 400 KB room for its other attributes. */
  sessionMemoryBytes: 320 * KiB,

  /** Model calls in one agent turn. Our own: ends a loop of tool calls. */
  agentModelCalls: 8,
  /** Milliseconds of silence after which a stream sends a heartbeat. Our own: half the time-out of impatient proxies. */
  streamHeartbeatMs: 10_000,
  /** Milliseconds between two checks whether to stop the answer in progress. Our own. */
  stopPollMs: 1000,
  /** Tokens that the model may write in one call, and in one turn. Our own: keeps a turn far under the item size. */
  agentCallOutputTokens: 4096,
  agentTurnOutputTokens: 12_288,
  /** Hits of one search by the agent, and characters of each passage. Our own: bounds the cost of a turn. */
  agentSearchHits: 10,
  agentPassageChars: 1000,
  /** Characters of untrusted text that one tool call shows the agent. Our own: about 4,000 tokens. */
  agentToolOutputChars: 12_000,
  /** Jobs that one turn of the agent starts. Our own: each costs tokens. */
  agentJobs: 5,
  /** Seconds that one check of a job waits for its end. Our own: a few checks fit in a turn. */
  agentJobWaitSeconds: 30,
  /** Texts of one call to the guardrail, and their characters together. Our own: half of an account's initial 25 text units a second. */
  guardrailTexts: 100,
  guardrailChars: 12_500,
  /** Characters that a grounding check reads. Amazon Bedrock user guide, "Contextual grounding check": 100,000, 1,000 and 5,000. */
  groundingSourceChars: 100_000,
  groundingQueryChars: 1000,
  groundingAnswerChars: 5000,
  /** Citations of a reply. Our own. */
  citationsPerReply: 20,

  /** Jobs of a key that run or wait, at most; beyond it an automatic job fails. Our own: keeps the item of a key's slots under 80 KB. */
  openJobsMax: 1000,
  /** Slots of a key that are checked for ended jobs when the key has none free. Our own: one read each. */
  slotsChecked: 8,
  /** Milliseconds between two looks of one process at whether a key's waiting jobs may run. Our own: a few reads each. */
  queueLookMs: 60_000,
  /**
   * Milliseconds after which a job that no function holds is lost. Our own: far beyond an hour in Lambda's queue, two retries, and a
   * recording of two hours at Amazon Transcribe.
   */
  lostJobMs: 24 * 3600_000,
  /** Milliseconds until a refused request checks them again in the same process. Our own: far less than callers are told to wait. */
  slotsCheckedMs: 5000,
  /** Seconds to wait before requesting a job again that was refused because too many had not ended. Our own. */
  tooManyJobsSeconds: 30,
  /** Keys of a stage with a token budget of their own, and with bounds of jobs of their own. Lambda quotas: 4 KB of environment variables, all together. */
  keyExceptions: 64,
  /** Seconds to wait before repeating a call that a busy model refused. Our own. */
  busyModelSeconds: 5,

  /** Seconds for which EventBridge tries to deliver an event, and then Lambda to process it. Our own: failures are reported while somebody looks. */
  eventAgeSeconds: 3600,

  /** Attempts of a job, or of a segment of it, before the job fails. Lambda's asynchronous invocation: one and two retries. */
  jobAttempts: 3,
} as const;
