import { type FunctionName, functionNames } from '@nova/shared/functions';
import type { defaultModels } from '@nova/shared/models';
import type { TableName } from '@nova/shared/tables';
import type { Profile } from './profile.ts';

/** The billed usage of one month. */
export interface Usage {
  apiRequests: number;
  /** Invocations and seconds of each function. */
  readonly functions: Record<FunctionName, { invocations: number; seconds: number }>;
  /** Units of each table. */
  readonly writes: Partial<Record<TableName, number>>;
  readonly reads: Partial<Record<TableName, number>>;
  /** Gigabytes kept. */
  readonly tableGb: Partial<Record<TableName, number>>;
  events: number;
  /** Schedules that invoked their target. */
  schedules: number;
  objectPuts: number;
  objectGets: number;
  objectGb: number;
  vectors: number;
  vectorQueries: number;
  guardrailUnits: number;
  groundingUnits: number;
  activeHours: number;
  readonly tokens: Record<keyof typeof defaultModels, { input: number; output: number }>;
}

/** The usage that one activity causes. Invocations are `[function, times, seconds each]`. */
interface Recipe {
  readonly requests: number;
  readonly invocations: readonly (readonly [FunctionName, number, number])[];
  /** Commits to the event store; each is projected and may be published. */
  readonly commits: number;
  readonly published?: number;
  readonly schedules?: number;
  readonly reads?: number;
  readonly objectPuts?: number;
  readonly objectGets?: number;
  readonly vectors?: number;
  readonly queries?: number;
  readonly guardrail?: number;
  readonly grounding?: number;
  readonly tokens?: Partial<Usage['tokens']>;
}

/** Our own estimates, from what the functions do: change them if your use differs. */
const recipes: Readonly<Record<Exclude<keyof Profile, 'name' | 'storedGb' | 'activeHours'>, Recipe>> = {
  // Two model calls, one search, 3,000 characters checked going in and 1,500 coming out.
  chatTurns: {
    requests: 1,
    invocations: [['agent-core', 1, 8]],
    ...{ commits: 3, reads: 6, queries: 1, guardrail: 6, grounding: 6 },
    tokens: { chat: { input: 5000, output: 400 }, embedding: { input: 20, output: 0 } },
  },
  searches: {
    requests: 1,
    invocations: [['search-handler', 1, 0.4]],
    ...{ commits: 1, reads: 1, queries: 1 },
    tokens: { embedding: { input: 20, output: 0 } },
  },
  reads: { requests: 1, invocations: [['content-handler', 1, 0.05]], commits: 0, reads: 1 },
  documents: {
    requests: 4,
    invocations: [
      ['content-handler', 4, 0.05],
      ['event-handler', 3, 0.3],
      ['index-handler', 1, 15],
    ],
    ...{ commits: 8, published: 3, reads: 6, objectPuts: 1, objectGets: 2, vectors: 30 },
    tokens: { embedding: { input: 8000, output: 0 } },
  },
  // A minute of speech takes about a minute to process; one function serves three connections.
  audioMinutes: {
    requests: 0.2,
    invocations: [
      ['audio-handler', 0.5, 50],
      ['event-handler', 0.4, 0.3],
      ['index-handler', 0.1, 3],
      ['webhook-handler', 0.2, 0.2],
    ],
    ...{ commits: 4, published: 1, schedules: 0.02, reads: 3, objectPuts: 0.6, objectGets: 6, vectors: 6 },
    tokens: { speech: { input: 1500, output: 300 }, embedding: { input: 250, output: 0 } },
  },
  videoMinutes: {
    requests: 0.3,
    invocations: [
      ['video-handler', 0.2, 60],
      ['event-handler', 0.4, 0.3],
      ['index-handler', 0.1, 3],
      ['webhook-handler', 0.2, 0.2],
    ],
    ...{ commits: 2, published: 0.5, schedules: 0.02, reads: 3, objectPuts: 0.5, objectGets: 5, vectors: 4 },
    tokens: { video: { input: 17_000, output: 400 }, embedding: { input: 200, output: 0 } },
  },
};

/** Commits in one invocation of the projector; batches are larger only on a busy platform. */
const commitsPerBatch = 2;
const projectorSeconds = 0.15;
/** Gigabytes of a commit in the store, and of its rows. */
const commitGb = 2e-6;

/** The usage of a profile in a month. */
export function usageOf(profile: Profile): Usage {
  const usage = none(profile);
  let commits = 0;
  for (const [activity, recipe] of Object.entries(recipes)) {
    const times = profile[activity as keyof typeof recipes];
    commits += times * recipe.commits;
    add(usage, recipe, times);
  }
  const projector = usage.functions['event-projector'];
  projector.invocations = commits / commitsPerBatch;
  projector.seconds = projector.invocations * projectorSeconds;
  usage.writes['event-store'] = 2 * commits;
  usage.writes['read-model'] = 2 * commits;
  usage.writes['session-memory'] = profile.chatTurns * 4;
  usage.writes.requests = profile.chatTurns + profile.searches;
  // A job opens its slot, takes it to run and frees it. A recording or video of some five minutes has two jobs.
  const jobs = profile.documents + (profile.audioMinutes + profile.videoMinutes) * 0.4;
  usage.writes['job-slots'] = 3 * jobs;
  usage.reads['session-memory'] = profile.chatTurns * 4;
  usage.reads['stream-keys'] = commits / 10;
  usage.tableGb['event-store'] = commits * commitGb;
  usage.tableGb['read-model'] = commits * commitGb;
  return usage;
}

function none({ storedGb, activeHours }: Profile): Usage {
  const nothing = { input: 0, output: 0 };
  return {
    apiRequests: 0,
    functions: Object.fromEntries(
      functionNames.map((name) => [name, { invocations: 0, seconds: 0 }]),
    ) as Usage['functions'],
    ...{
      writes: {},
      reads: {},
      tableGb: {},
      events: 0,
      schedules: 0,
      objectPuts: 0,
      objectGets: 0,
      objectGb: storedGb,
    },
    ...{ vectors: 0, vectorQueries: 0, guardrailUnits: 0, groundingUnits: 0, activeHours },
    tokens: {
      chat: { ...nothing },
      speech: { ...nothing },
      video: { ...nothing },
      embedding: { ...nothing },
    },
  };
}

function add(usage: Usage, recipe: Recipe, times: number): void {
  usage.apiRequests += times * recipe.requests;
  for (const [name, each, seconds] of recipe.invocations) {
    usage.functions[name].invocations += times * each;
    usage.functions[name].seconds += times * each * seconds;
  }
  usage.events += times * (recipe.published ?? 0);
  usage.schedules += times * (recipe.schedules ?? 0);
  usage.reads['read-model'] = (usage.reads['read-model'] ?? 0) + times * (recipe.reads ?? 0);
  usage.reads['event-store'] = (usage.reads['event-store'] ?? 0) + times * recipe.commits;
  usage.objectPuts += times * (recipe.objectPuts ?? 0);
  usage.objectGets += times * (recipe.objectGets ?? 0);
  usage.vectors += times * (recipe.vectors ?? 0);
  usage.vectorQueries += times * (recipe.queries ?? 0);
  usage.guardrailUnits += times * (recipe.guardrail ?? 0);
  usage.groundingUnits += times * (recipe.grounding ?? 0);
  for (const [model, { input, output }] of Object.entries(recipe.tokens ?? {})) {
    const tokens = usage.tokens[model as keyof Usage['tokens']];
    tokens.input += times * input;
    tokens.output += times * output;
  }
}
