import { functions as contracts, type FunctionName, functionNames } from '@nova/shared/functions';
import { type SubscriptionName, subscriptions } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import { permissionsOf } from './access/permissions.ts';
import { agentImageUri } from './agent-image/image.ts';
import { Api } from './api/api.ts';
import { ContentBucket } from './data/content-bucket.ts';
import { FailureBucket } from './data/failure-bucket.ts';
import { Tables } from './data/tables.ts';
import { VectorStore } from './data/vector-store.ts';
import { EventBus } from './events/bus.ts';
import { DeadLetters } from './events/dead-letters.ts';
import { Rule } from './events/subscription.ts';
import { imageCode, zipCode } from './functions/code.ts';
import type { EnvironmentValues } from './functions/environment.ts';
import { failureDestination } from './functions/failure-destination.ts';
import { NovaFunction } from './functions/function.ts';
import { projectorStream } from './functions/projector-stream.ts';
import { Guardrail } from './guardrail/guardrail.ts';
import { declareOutputs } from './outputs.ts';
import type { Settings } from './settings.ts';
import { NovaStack } from './stack.ts';

export interface PlatformProps {
  readonly settings: Settings;
  /** Directory of the functions' zips. */
  readonly artifacts: string;
}

/** The platform: all but the registry. */
export class Platform extends NovaStack {
  constructor(scope: Construct, { settings, artifacts }: PlatformProps) {
    super(scope, 'nova-platform', settings);
    const { accountId } = this;

    const data = new Construct(this, 'data');
    const tables = new Tables(data, 'tables', settings);
    const content = new ContentBucket(data, 'content', { settings, accountId });
    const failures = new FailureBucket(data, 'failures', { settings, accountId });
    const vectors = new VectorStore(data, 'vectors', settings);

    const bus = new EventBus(this, 'events', settings);
    const guardrail = new Guardrail(this, 'guardrail', settings);
    const deadLetters = new DeadLetters(this, 'reactions-dead-letters', { settings, name: 'event-handler' });
    deadLetters.allow([]);

    const environment: EnvironmentValues = {
      EVENT_STORE_TABLE: tables.get('event-store').name,
      READ_MODEL_TABLE: tables.get('read-model').name,
      SESSION_TABLE: tables.get('session-memory').name,
      CONTENT_BUCKET: content.name,
      VECTOR_BUCKET: vectors.bucketName,
      VECTOR_INDEX: vectors.indexName,
      EVENT_BUS: bus.name,
      CHAT_MODEL_ID: settings.models.chat,
      SPEECH_MODEL_ID: settings.models.speech,
      VIDEO_MODEL_ID: settings.models.video,
      EMBEDDING_MODEL_ID: settings.models.embedding,
      GUARDRAIL_ID: guardrail.id,
      GUARDRAIL_VERSION: guardrail.version,
      DAILY_TOKEN_BUDGET: String(settings.dailyTokenBudget),
      SPEECH_PACE: String(settings.speechPace),
      REACTIONS: JSON.stringify(settings.reactions),
    };
    const permissions = permissionsOf(
      {
        eventStore: tables.get('event-store').arn,
        eventStream: tables.get('event-store').streamArn,
        readModel: tables.get('read-model').arn,
        sessions: tables.get('session-memory').arn,
        content: content.arn,
        failures: failures.arn,
        failedRecords: failures.recordsArn,
        vectorIndex: vectors.indexArn,
        bus: bus.arn,
        deadLetters: deadLetters.arn,
        guardrail: guardrail.arn,
      },
      settings.models,
      { region: settings.region, accountId },
    );
    const imageUri = agentImageUri(this, settings);
    const scopeOfFunctions = new Construct(this, 'functions');
    const functions = Object.fromEntries(
      functionNames.map((name) => [
        name,
        new NovaFunction(scopeOfFunctions, name, {
          settings,
          name,
          environment,
          permissions: permissions[name],
          code: (scope) =>
            contracts[name].packaging === 'image' ? imageCode(imageUri) : zipCode(scope, name, artifacts),
        }),
      ]),
    ) as Record<FunctionName, NovaFunction>;

    projectorStream(this, tables.get('event-store').streamArn, functions['event-projector'], failures);
    // A job that failed for good becomes an event, and the event handler writes it down; its own failures wait in a queue.
    for (const name of ['audio-handler', 'video-handler', 'search-handler'] as const) {
      failureDestination(functions[name], bus.arn);
    }
    failureDestination(functions['event-handler'], deadLetters.arn);

    const rules = new Construct(this, 'rules');
    for (const name of Object.keys(subscriptions) as SubscriptionName[]) {
      new Rule(rules, name, {
        settings,
        name,
        bus,
        bucketName: content.name,
        target: functions[subscriptions[name].function],
      });
    }
    const api = new Api(this, 'api', { settings, functions });
    declareOutputs(this, { api, bus, content, failures, tables, vectors });
  }
}
