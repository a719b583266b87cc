/** A folder of sources, or a single file, with the rooms that it may import from. */
export interface Room {
  /** Rooms that it may import from, besides itself and `shared`. Each is listed before it, so imports only go down. */
  readonly may: readonly string[];
  /** Its sub-folders that are not rooms. */
  readonly inside?: readonly string[];
}

/** The contract, below everything else. */
const contract = {
  shared: { may: [], inside: ['api', 'events'] },
} satisfies Rooms;

/** The pure domain of the functions, their adapters from the lowest up, then the functions. */
const adapters = {
  'lambdas/domain': { may: [], inside: ['projections'] },
  'lambdas/runtime': { may: [] },
  'lambdas/event-store/encryption': { may: ['lambdas/runtime'] },
  'lambdas/event-store': { may: ['lambdas/event-store/encryption', 'lambdas/runtime'] },
  'lambdas/commands': {
    may: ['lambdas/domain', 'lambdas/event-store', 'lambdas/event-store/encryption', 'lambdas/runtime'],
  },
  'lambdas/read-model': { may: ['lambdas/domain', 'lambdas/event-store', 'lambdas/runtime'] },
  'lambdas/session-memory': { may: [] },
  'lambdas/documents/encodings': { may: [] },
  'lambdas/media/signatures': { may: [] },
  'lambdas/content': {
    may: [
      'lambdas/commands',
      'lambdas/documents/encodings',
      'lambdas/domain',
      'lambdas/event-store',
      'lambdas/media/signatures',
      'lambdas/runtime',
    ],
  },
  'lambdas/http': {
    may: ['lambdas/domain', 'lambdas/event-store/encryption', 'lambdas/runtime'],
    inside: ['idempotency'],
  },
  'lambdas/webhooks': { may: ['lambdas/domain', 'lambdas/http'] },
  'lambdas/usage': {
    may: [
      'lambdas/commands',
      'lambdas/domain',
      'lambdas/event-store',
      'lambdas/read-model',
      'lambdas/runtime',
    ],
  },
  'lambdas/media': { may: [] },
  'lambdas/media/voice': { may: ['lambdas/media'] },

  'lambdas/media/decoding': {
    may: ['lambdas/content', 'lambdas/domain', 'lambdas/media', 'lambdas/runtime'],
  },
  'lambdas/media/samples': { may: ['lambdas/media/decoding'] },
  'lambdas/media/wav': { may: ['lambdas/media/decoding', 'lambdas/media/samples'] },
  'lambdas/media/aiff': { may: ['lambdas/media/decoding', 'lambdas/media/samples'] },
  'lambdas/media/amr': { may: ['lambdas/media/decoding'] },
  'lambdas/media/au': { may: ['lambdas/media/decoding', 'lambdas/media/samples'] },
  'lambdas/media/caf': { may: ['lambdas/media/decoding', 'lambdas/media/samples'] },
  'lambdas/media/flac': { may: ['lambdas/media/decoding', 'lambdas/media/signatures'] },
  'lambdas/media/mp3': { may: ['lambdas/media/decoding', 'lambdas/media/signatures'] },
  'lambdas/media/opus': { may: ['lambdas/media/decoding'] },
  'lambdas/media/vorbis': { may: ['lambdas/media/decoding'] },
  'lambdas/media/ogg': {
    may: [
      'lambdas/media/decoding',
      'lambdas/media/flac',
      'lambdas/media/opus',
      'lambdas/media/signatures',
      'lambdas/media/vorbis',
    ],
  },
  'lambdas/media/container': {
    may: [
      'lambdas/content',
      'lambdas/domain',
      'lambdas/media/amr',
      'lambdas/media/decoding',
      'lambdas/media/flac',
      'lambdas/media/mp3',
      'lambdas/media/opus',
      'lambdas/media/signatures',
      'lambdas/media/vorbis',
      'lambdas/runtime',
    ],
  },
  'lambdas/media/recording': {
    may: [
      'lambdas/content',
      'lambdas/media/aiff',
      'lambdas/media/amr',
      'lambdas/media/au',
      'lambdas/media/caf',
      'lambdas/media/container',
      'lambdas/media/decoding',
      'lambdas/media/flac',
      'lambdas/media/mp3',
      'lambdas/media/ogg',
      'lambdas/media/signatures',
      'lambdas/media/wav',
      'lambdas/runtime',
    ],
  },
  'lambdas/media/video': {
    may: [
      'lambdas/content',
      'lambdas/domain',
      'lambdas/media/container',
      'lambdas/media/decoding',
      'lambdas/media/signatures',
      'lambdas/runtime',
    ],
  },
  'lambdas/documents/blocks': { may: ['lambdas/runtime'] },
  'lambdas/documents/data': {
    may: ['lambdas/documents/blocks', 'lambdas/domain', 'lambdas/runtime'],
  },
  'lambdas/documents/rtf': {
    may: ['lambdas/documents/blocks', 'lambdas/documents/encodings', 'lambdas/domain', 'lambdas/runtime'],
  },
  'lambdas/documents/subtitles': { may: ['lambdas/documents/blocks', 'lambdas/runtime'] },
  'lambdas/documents/xml': {
    may: ['lambdas/documents/blocks', 'lambdas/domain', 'lambdas/runtime'],
  },
  'lambdas/documents/html': { may: ['lambdas/documents/blocks', 'lambdas/runtime'] },
  'lambdas/documents/markdown': {
    may: ['lambdas/documents/blocks', 'lambdas/documents/html', 'lambdas/domain', 'lambdas/runtime'],
  },
  'lambdas/documents/plain-text': { may: ['lambdas/documents/blocks', 'lambdas/runtime'] },
  'lambdas/documents/pictures': {
    may: ['lambdas/documents/blocks', 'lambdas/documents/plain-text', 'lambdas/runtime'],
  },
  'lambdas/documents/pdf': {
    may: ['lambdas/documents/blocks', 'lambdas/documents/pictures', 'lambdas/domain', 'lambdas/runtime'],
    inside: ['layout', 'pictures', 'streams'],
  },
  'lambdas/documents/rasters': {
    may: ['lambdas/documents/pdf', 'lambdas/documents/pictures', 'lambdas/runtime'],
  },
  'lambdas/documents/zip': { may: ['lambdas/documents/xml', 'lambdas/domain', 'lambdas/runtime'] },
  'lambdas/documents/office': {
    may: [
      'lambdas/documents/blocks',
      'lambdas/documents/xml',
      'lambdas/documents/zip',
      'lambdas/domain',
      'lambdas/runtime',
    ],
    inside: ['excel'],
  },
  'lambdas/documents/epub': {
    may: [
      'lambdas/documents/blocks',
      'lambdas/documents/html',
      'lambdas/documents/xml',
      'lambdas/documents/zip',
      'lambdas/domain',
      'lambdas/runtime',
    ],
  },
  'lambdas/documents/mail': {
    may: [
      'lambdas/documents/blocks',
      'lambdas/documents/html',
      'lambdas/documents/plain-text',
      'lambdas/domain',
      'lambdas/runtime',
    ],
  },
  'lambdas/documents/passages': { may: ['lambdas/documents/blocks', 'lambdas/runtime'] },
  'lambdas/documents': {
    may: [
      'lambdas/content',
      'lambdas/documents/blocks',
      'lambdas/documents/data',
      'lambdas/documents/encodings',
      'lambdas/documents/epub',
      'lambdas/documents/html',
      'lambdas/documents/mail',
      'lambdas/documents/markdown',
      'lambdas/documents/office',
      'lambdas/documents/pdf',
      'lambdas/documents/pictures',
      'lambdas/documents/plain-text',
      'lambdas/documents/rtf',
      'lambdas/documents/subtitles',
      'lambdas/documents/xml',
      'lambdas/domain',
      'lambdas/media/decoding',
      'lambdas/runtime',
    ],
  },
  'lambdas/models': { may: ['lambdas/domain', 'lambdas/runtime'] },
  'lambdas/models/nova-image': { may: ['lambdas/documents/blocks', 'lambdas/models'] },
  'lambdas/models/nova-video': { may: ['lambdas/models'] },
  'lambdas/models/sonic': { may: ['lambdas/models', 'lambdas/runtime'] },
  'lambdas/models/transcribe': { may: ['lambdas/domain', 'lambdas/runtime'] },
  'lambdas/vectors': { may: ['lambdas/models', 'lambdas/runtime'] },
  'lambdas/jobs': {
    may: [
      'lambdas/commands',
      'lambdas/content',
      'lambdas/domain',
      'lambdas/event-store',
      'lambdas/event-store/encryption',
      'lambdas/http',
      'lambdas/models/transcribe',
      'lambdas/runtime',
      'lambdas/usage',
    ],
    inside: ['queue'],
  },
} satisfies Rooms;

const everyAdapter = Object.keys(adapters);

const functions = {
  'lambdas/functions/agent-core/model': { may: everyAdapter },
  'lambdas/functions/agent-core/session': { may: everyAdapter },
  'lambdas/functions/agent-core/tools': { may: everyAdapter },
  'lambdas/functions/agent-core/turn': {
    may: [
      ...everyAdapter,
      'lambdas/functions/agent-core/model',
      'lambdas/functions/agent-core/session',
      'lambdas/functions/agent-core/tools',
    ],
  },
  'lambdas/functions/agent-core/response': {
    may: [...everyAdapter, 'lambdas/functions/agent-core/session', 'lambdas/functions/agent-core/turn'],
  },
  'lambdas/functions/agent-core': {
    may: [
      ...everyAdapter,
      'lambdas/functions/agent-core/model',
      'lambdas/functions/agent-core/response',
      'lambdas/functions/agent-core/turn',
    ],
  },
  'lambdas/functions/audio-handler': { may: everyAdapter },
  'lambdas/functions/content-handler': { may: everyAdapter },
  'lambdas/functions/event-handler': { may: everyAdapter },
  'lambdas/functions/event-projector': {
    may: everyAdapter,
    inside: ['operator', 'operator/replay', 'operator/verify', 'project'],
  },
  'lambdas/functions/index-handler': { may: everyAdapter, inside: ['pages', 'spans'] },
  'lambdas/functions/search-handler': { may: everyAdapter },
  'lambdas/functions/video-handler': { may: everyAdapter },
  'lambdas/functions/webhook-handler': { may: everyAdapter },
  'lambdas/testing': { may: everyAdapter },
  'lambdas/functions/index-handler/testing': {
    may: [...everyAdapter, 'lambdas/functions/index-handler', 'lambdas/testing'],
  },
  'lambdas/build': { may: ['lambdas/runtime'] },
  'lambdas/tsup.config.ts': { may: ['lambdas/build'] },
} satisfies Rooms;

/** Terraform. It knows a function only by its name, its zip and its environment in `shared`. */
const infrastructure = {
  'modules/settings.ts': { may: [] },
  'modules/provider.ts': { may: [] },
  'modules/stack.ts': { may: ['modules/provider.ts', 'modules/settings.ts'] },
  'modules/iam': { may: ['modules/settings.ts'] },
  'modules/data': { may: ['modules/iam', 'modules/settings.ts'] },
  'modules/events': { may: ['modules/settings.ts'] },
  'modules/guardrail': { may: ['modules/settings.ts'] },
  'modules/observability': { may: ['modules/iam', 'modules/settings.ts'] },
  'modules/delivery': { may: ['modules/iam', 'modules/settings.ts'] },
  'modules/agent-image': { may: ['modules/iam', 'modules/settings.ts', 'modules/stack.ts'] },
  'modules/functions': {
    may: [
      'modules/data',
      'modules/events',
      'modules/guardrail',
      'modules/iam',
      'modules/observability',
      'modules/settings.ts',
    ],
  },
  'modules/api': {
    may: ['modules/data', 'modules/functions', 'modules/iam', 'modules/observability', 'modules/settings.ts'],
  },
  'modules/subscriptions': { may: ['modules/events', 'modules/functions', 'modules/settings.ts'] },
  'modules/pipeline': {
    may: ['modules/api', 'modules/iam', 'modules/observability', 'modules/settings.ts', 'modules/stack.ts'],
  },
  modules: {
    may: [
      'modules/agent-image',
      'modules/api',
      'modules/data',
      'modules/delivery',
      'modules/events',
      'modules/functions',
      'modules/guardrail',
      'modules/observability',
      'modules/pipeline',
      'modules/settings.ts',
      'modules/stack.ts',
      'modules/subscriptions',
    ],
  },
  'main.ts': { may: ['modules', 'modules/provider.ts', 'modules/settings.ts'] },
} satisfies Rooms;

/** The platform on one machine. It knows the system only by the synthesized stack and the built bundles. */
const local = {
  'local/contracts.ts': { may: [] },
  'local/faults': { may: [] },
  'local/process': { may: [] },
  'local/stack': { may: ['local/contracts.ts'] },
  'local/iam': { may: ['local/contracts.ts', 'local/process', 'local/stack'] },
  'local/wire': {
    may: ['local/contracts.ts', 'local/iam', 'local/process'],
    inside: ['endpoint', 'schema', 'sigv4'],
  },
  'local/services/api-gateway': {
    may: ['local/contracts.ts', 'local/process', 'local/stack'],
    inside: ['access', 'definition', 'request', 'response'],
  },
  'local/services/lambda': {
    may: ['local/contracts.ts', 'local/iam', 'local/process', 'local/stack', 'local/wire'],
    inside: ['async', 'places', 'sandbox'],
  },
  'local/services/dynamodb': {
    may: [
      'local/contracts.ts',
      'local/faults',
      'local/process',
      'local/services/lambda',
      'local/stack',
      'local/wire',
    ],
    inside: ['engine', 'streams'],
  },
  'local/services/s3': {
    may: ['local/contracts.ts', 'local/iam', 'local/process', 'local/stack', 'local/wire'],
    inside: ['body', 'operations', 'storage'],
  },
  'local/services/s3-vectors': {
    may: ['local/contracts.ts', 'local/process', 'local/stack', 'local/wire'],
  },
  'local/services/sqs': {
    may: ['local/contracts.ts', 'local/iam', 'local/process', 'local/stack', 'local/wire'],
  },
  'local/services/eventbridge': {
    may: [
      'local/contracts.ts',
      'local/process',
      'local/services/lambda',
      'local/services/sqs',
      'local/stack',
      'local/wire',
    ],
    inside: ['pattern'],
  },
  'local/services/bedrock': {
    may: ['local/contracts.ts', 'local/faults', 'local/wire'],
    inside: [
      'chat',
      'converse',
      'embeddings',
      'guardrails',
      'guardrails/detect',
      'models',
      'pictures',
      'speech',
      'speech/modem',
      'speech/sonic',
      'text',
      'tools',
      'video',
    ],
  },
  'local/services/transcribe': {
    may: ['local/contracts.ts', 'local/process', 'local/services/bedrock', 'local/wire'],
  },
  'local/services/scheduler': {
    may: ['local/contracts.ts', 'local/iam', 'local/process', 'local/stack', 'local/wire'],
  },
  'local/services/xray': { may: ['local/process', 'local/services/lambda'] },
  'local/platform': {
    may: [
      'local/contracts.ts',
      'local/faults',
      'local/iam',
      'local/process',
      'local/services/api-gateway',
      'local/services/bedrock',
      'local/services/dynamodb',
      'local/services/eventbridge',
      'local/services/lambda',
      'local/services/s3',
      'local/services/s3-vectors',
      'local/services/scheduler',
      'local/services/sqs',
      'local/services/transcribe',
      'local/services/xray',
      'local/stack',
      'local/wire',
    ],
  },
  'local/terminal': { may: ['local/contracts.ts', 'local/faults', 'local/services/api-gateway'] },
  'local/main.ts': { may: ['local/platform', 'local/terminal'] },
  'local/testing': { may: ['local/contracts.ts', 'local/stack'] },
  'local/platform/testing': { may: ['local/testing'] },
  'local/services/api-gateway/testing': {
    may: ['local/contracts.ts', 'local/services/api-gateway', 'local/testing'],
  },
  'local/services/bedrock/testing': {
    may: ['local/contracts.ts', 'local/services/bedrock', 'local/testing', 'local/wire'],
  },
  'local/services/dynamodb/testing': {
    may: ['local/contracts.ts', 'local/process', 'local/services/dynamodb', 'local/testing'],
  },
  'local/services/eventbridge/testing': {
    may: ['local/iam', 'local/services/eventbridge', 'local/testing', 'local/wire'],
  },
  'local/services/s3-vectors/testing': {
    may: ['local/iam', 'local/services/s3-vectors', 'local/testing', 'local/wire'],
  },
  'local/services/s3/testing': {
    may: ['local/contracts.ts', 'local/iam', 'local/services/s3', 'local/testing', 'local/wire'],
  },
  'local/wire/testing': { may: ['local/contracts.ts', 'local/wire'] },
  'local/testing/durability': {
    may: [
      'local/contracts.ts',
      'local/services/eventbridge',
      'local/services/s3',
      'local/services/s3-vectors',
      'local/services/sqs',
    ],
  },
} satisfies Rooms;

/** The `nova` command, which calls a running platform over AWS's own APIs. */
const cli = {
  'cli/errors.ts': { may: [] },
  'cli/json.ts': { may: [] },
  'cli/output': { may: [] },
  'cli/connection': { may: ['cli/errors.ts', 'cli/output'] },
  'cli/dependencies.ts': { may: ['cli/connection', 'cli/output'] },
  'cli/api': { may: ['cli/connection', 'cli/errors.ts', 'cli/output'] },
  'cli/chat': {
    may: ['cli/api', 'cli/connection', 'cli/dependencies.ts', 'cli/errors.ts', 'cli/output'],
  },
  'cli/lists': {
    may: ['cli/api', 'cli/connection', 'cli/dependencies.ts', 'cli/errors.ts', 'cli/json.ts', 'cli/output'],
  },
  'cli/media': {
    may: [
      'cli/api',
      'cli/connection',
      'cli/dependencies.ts',
      'cli/errors.ts',
      'cli/json.ts',
      'cli/lists',
      'cli/output',
    ],
  },
  'cli/search': {
    may: ['cli/api', 'cli/connection', 'cli/dependencies.ts', 'cli/errors.ts', 'cli/json.ts', 'cli/output'],
  },
  'cli/events': { may: ['cli/dependencies.ts', 'cli/errors.ts', 'cli/json.ts', 'cli/output'] },
  'cli/projector': {
    may: [
      'cli/connection',
      'cli/dependencies.ts',
      'cli/errors.ts',
      'cli/events',
      'cli/json.ts',
      'cli/output',
    ],
  },
  'cli/redrive': {
    may: [
      'cli/connection',
      'cli/dependencies.ts',
      'cli/errors.ts',
      'cli/events',
      'cli/json.ts',
      'cli/output',
      'cli/projector',
    ],
  },
  'cli/commands': {
    may: [
      'cli/chat',
      'cli/dependencies.ts',
      'cli/events',
      'cli/lists',
      'cli/media',
      'cli/projector',
      'cli/redrive',
      'cli/search',
    ],
  },
  'cli/program.ts': { may: ['cli/commands', 'cli/dependencies.ts'] },
  'cli/main.ts': { may: ['cli/connection', 'cli/errors.ts', 'cli/output', 'cli/program.ts'] },
  'cli/testing': { may: ['cli/output'] },
} satisfies Rooms;

/** The review of plans, the cost of the stacks, and the commands that bring the stacks to AWS. */
const operations = {
  'review/synthesized-stack.ts': { may: [] },
  'review/unscoped-actions.ts': { may: [] },
  'review/iam': { may: [] },
  'review/plan': {
    may: ['review/unscoped-actions.ts'],
    inside: ['access', 'differences', 'page', 'resources', 'risks', 'terraform', 'testing'],
  },
  'review/checks': { may: ['review/iam', 'review/synthesized-stack.ts', 'review/unscoped-actions.ts'] },
  'review/validate': { may: ['review/checks', 'review/synthesized-stack.ts'], inside: ['schema', 'stub'] },
  'review/scan': { may: ['review/synthesized-stack.ts', 'review/validate'] },
  cost: { may: ['review/synthesized-stack.ts'], inside: ['meters', 'report'] },
  'deploy/aws-errors.ts': { may: [] },
  'deploy/console.ts': { may: [] },
  'deploy/testing': { may: [] },
  'deploy/preflight': {
    may: ['deploy/aws-errors.ts', 'modules/settings.ts'],
    inside: ['account'],
  },
  'deploy/bootstrap': {
    may: ['deploy/aws-errors.ts', 'deploy/preflight', 'deploy/testing'],
    inside: ['testing'],
  },
  'deploy/records': { may: [] },
  'deploy/cdktn': { may: [] },
  'deploy/terraform': { may: ['modules/provider.ts'] },
  'deploy/image': { may: ['modules/settings.ts'] },
  'deploy/pins': { may: ['modules/provider.ts'] },
  'deploy/pipeline': { may: ['deploy/preflight'] },
  'deploy/plans': {
    may: [
      'cost',
      'deploy/console.ts',
      'deploy/image',
      'deploy/terraform',
      'modules/settings.ts',
      'review/plan',
      'review/synthesized-stack.ts',
    ],
  },
  'deploy/apply': {
    may: [
      'deploy/console.ts',
      'deploy/image',
      'deploy/plans',
      'deploy/preflight',
      'deploy/records',
      'deploy/terraform',
      'review/plan',
    ],
  },
  'deploy/destroy': {
    may: ['deploy/console.ts', 'deploy/plans', 'deploy/terraform', 'modules/settings.ts', 'review/plan'],
  },
  'deploy/rollout': {
    may: [
      'deploy/aws-errors.ts',
      'deploy/console.ts',
      'deploy/preflight',
      'deploy/records',
      'deploy/testing',
      'modules/settings.ts',
    ],
    inside: ['codedeploy', 'testing'],
  },
  'deploy/commands': {
    may: [
      'deploy/apply',
      'deploy/aws-errors.ts',
      'deploy/bootstrap',
      'deploy/cdktn',
      'deploy/console.ts',
      'deploy/destroy',
      'deploy/image',
      'deploy/pins',
      'deploy/pipeline',
      'deploy/plans',
      'deploy/preflight',
      'deploy/records',
      'deploy/rollout',
      'deploy/terraform',
      'modules/provider.ts',
      'modules/settings.ts',
      'review/plan',
    ],
  },
} satisfies Rooms;

export type Rooms = Readonly<Record<string, Room>>;

/** Every room, from the lowest up. */
export const rooms: Rooms = {
  ...contract,
  ...adapters,
  ...functions,
  ...infrastructure,
  ...local,
  ...cli,
  ...operations,
};

/** The room of a path: the listed room with the longest path that contains it. */
export function roomOf(path: string): string | undefined {
  const holds = (room: string) => path === room || path.startsWith(`${room}/`);
  return Object.keys(rooms)
    .filter(holds)
    .reduce<string | undefined>((best, room) => (room.length > (best?.length ?? 0) ? room : best), undefined);
}
