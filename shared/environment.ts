import * as z from 'zod';
import { limits } from './limits.ts';
import { contentKinds, jobKinds, vectorSources } from './vocabulary.ts';

/**
 * Every environment variable that a function may have, with the schema that its handler parses it by.
 * `functions.ts` lists the variables of each function; `modules` set them; handlers read them once, at load.
 */
const text = z.string().min(1);
/** JSON in one variable. */
const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
const tokens = z.int().nonnegative();
/** Jobs that may run, and that may run or wait. A request to index an item needs a slot for each source. */
const jobBounds = z
  .tuple([z.int().positive(), z.int().min(vectorSources.length).max(limits.openJobsMax)])
  .transform(([running, open]) => ({ running, open }));

export const variables = {
  EVENT_STORE_TABLE: text,
  STREAM_KEYS_TABLE: text,
  READ_MODEL_TABLE: text,
  SESSION_TABLE: text,
  REQUESTS_TABLE: text,
  JOB_SLOTS_TABLE: text,
  CONTENT_BUCKET: text,
  FAILURE_BUCKET: text,
  VECTOR_BUCKET: text,
  VECTOR_INDEX: text,
  EVENT_BUS: text,
  CHAT_MODEL_ID: text,
  SPEECH_MODEL_ID: text,
  VIDEO_MODEL_ID: text,
  EMBEDDING_MODEL_ID: text,
  GUARDRAIL_ID: text,
  GUARDRAIL_VERSION: text,
  /**
   * JSON: tokens, input and output together, that an API key may use in a UTC day (`perDay`), and the ids of keys with
   * a budget of their own (`keys`). Chat and jobs are refused once a key has used that many, whatever used them.
   */
  TOKEN_BUDGETS: json(
    z.object({
      perDay: tokens,
      keys: z.record(z.string(), tokens).transform((keys) => new Map(Object.entries(keys))),
    }),
  ),
  /**
   * JSON: `[running, open]`, the jobs that an API key may have running, and running or waiting (`all`), and the ids of keys
   * with bounds of their own (`keys`).
   */
  JOB_BOUNDS: json(
    z.object({
      all: jobBounds,
      keys: z.record(z.string(), jobBounds).transform((keys) => new Map(Object.entries(keys))),
    }),
  ),
  /** The origin whose pages may call the API: `*` for any, and `none` for none. */
  PAGE_ORIGIN: text,
  /** Prefix of the name of every job at Amazon Transcribe; the function's permissions name it. */
  TRANSCRIBE_PREFIX: text,
  /** Seconds of audio sent to the speech model per second; 0 sends as fast as the model accepts. */
  SPEECH_PACE: z.coerce.number().nonnegative(),
  /** JSON: internal hosts that webhooks may call nevertheless, also by http. */
  WEBHOOK_INTERNAL_HOSTS: json(z.array(z.string())),
  /** JSON: the group of the schedules of calls, what they invoke in the name of which role, and the queue of what they could not. */
  WEBHOOK_SCHEDULES: json(z.object({ group: text, functionArn: text, roleArn: text, deadLettersArn: text })),
  /** JSON: for each kind of content, the kinds of job that an upload starts. */
  REACTIONS: json(z.record(z.enum(contentKinds), z.array(z.enum(jobKinds)))),
} as const;

export type Variable = keyof typeof variables;

/** The parsed environment of a handler: `Environment<'EVENT_BUS' | 'SPEECH_PACE'>`. */
export type Environment<V extends Variable> = { readonly [K in V]: z.output<(typeof variables)[K]> };
