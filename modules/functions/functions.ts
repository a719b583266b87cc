import { functions as contracts, type FunctionName, functionNames } from '@nova/shared/functions';
import { type Subscriber, subscribers } from '@nova/shared/subscriptions';
import { Construct } from 'constructs';
import type { ApiKeys } from '../data/api-keys.ts';
import type { Data } from '../data/data.ts';
import type { EventBus } from '../events/bus.ts';
import type { Guardrail } from '../guardrail/guardrail.ts';
import { permissionsBoundary } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';
import { imageCode, zipCode } from './code.ts';
import { DeadLetters } from './dead-letters.ts';
import { environmentValues } from './environment.ts';
import { NovaFunction } from './function.ts';
import { failureDestination, longestEventAgeSeconds, projectorStream } from './invocation.ts';
import { permissionsOf } from './permissions.ts';
import { speechPace, webhookInternalHosts } from './variables.ts';
import { WebhookSchedules } from './webhook-schedules.ts';

/**
 * Functions that process jobs. When one fails after all retries, an event reports it, and the event handler records it. Jobs
 * accepted before `index-handler` existed still reach `search-handler`.
 */
const jobFunctions = ['audio-handler', 'video-handler', 'index-handler', 'search-handler'] as const;

export interface FunctionsProps {
  readonly settings: Settings;
  readonly accountId: string;
  readonly data: Data;
  readonly bus: EventBus;
  readonly guardrail: Guardrail;
  readonly keys: ApiKeys;
  /** Directory of the zips. */
  readonly artifacts: string;
  /** URI of the image for the function that is packaged as one. */
  readonly imageUri: string;
}

/** The functions of the contract, with their dead-letter queues and failure destinations. */
export class Functions extends Construct {
  readonly #functions: ReadonlyMap<FunctionName, NovaFunction>;
  readonly #deadLetters: ReadonlyMap<Subscriber, DeadLetters>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { settings, accountId, data, bus, guardrail, artifacts, imageUri } = props;
    this.#deadLetters = new Map(
      subscribers.map((name) => [name, new DeadLetters(this, `${name}-dead-letters`, { settings, name })]),
    );
    const deadLetters = (name: Subscriber) => this.deadLetters(name).arn;
    const schedules = new WebhookSchedules(this, 'webhook-schedules', {
      settings,
      accountId,
      deadLetters: this.deadLetters('webhook-handler'),
    });
    const permissions = permissionsOf({ data, bus, guardrail, deadLetters, schedules }, settings, {
      region: settings.region,
      accountId,
    });
    const environment = environmentValues({
      ...props,
      speechPace: speechPace(this, settings),
      webhookInternalHosts: webhookInternalHosts(this),
      webhookSchedules: schedules.variable,
    });
    this.#functions = new Map(
      functionNames.map((name) => [
        name,
        new NovaFunction(this, name, {
          settings,
          name,
          environment,
          permissions: permissions[name],
          boundary: permissionsBoundary(settings, accountId, 'functions'),
          reservedConcurrency: name === 'webhook-handler' ? settings.webhookConcurrency : undefined,
          code: (owner) =>
            contracts[name].packaging === 'image' ? imageCode(imageUri) : zipCode(owner, name, artifacts),
        }),
      ]),
    );
    for (const name of jobFunctions) failureDestination(this.get(name), bus.arn);
    // The event handler cannot process events about its own failures, so they go to its dead-letter queue.
    failureDestination(this.get('event-handler'), deadLetters('event-handler'));
    // A call that waits for one of the function's few places is throttled, and Lambda asks again.
    failureDestination(this.get('webhook-handler'), deadLetters('webhook-handler'), longestEventAgeSeconds);
    projectorStream(this.get('event-projector'), data);
  }

  /** Names of the functions' log groups. */
  get logGroups(): string[] {
    return [...this.#functions.values()].map(({ logGroup }) => logGroup);
  }

  get(name: FunctionName): NovaFunction {
    const found = this.#functions.get(name);
    if (!found) throw new Error(`no function ${name}`);
    return found;
  }

  /** The queue of events that a function never processed. */
  deadLetters(name: Subscriber): DeadLetters {
    const found = this.#deadLetters.get(name);
    if (!found) throw new Error(`no dead letters of ${name}`);
    return found;
  }
}
