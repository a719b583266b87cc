import { stackNames } from '@nova/shared/naming';
import type { Construct } from 'constructs';
import { agentImageUri } from './agent-image/registry.ts';
import { Api } from './api/api.ts';
import { ApiKeys } from './data/api-keys.ts';
import { Data } from './data/data.ts';
import { Rollouts } from './delivery/rollouts.ts';
import { EventBus } from './events/bus.ts';
import { Functions } from './functions/functions.ts';
import { Guardrail } from './guardrail/guardrail.ts';
import { Observability } from './observability/observability.ts';
import { declareOutputs } from './outputs.ts';
import type { Settings } from './settings.ts';
import { NovaStack } from './stack.ts';
import { Rules } from './subscriptions/rules.ts';

export interface PlatformProps {
  readonly settings: Settings;
  /** Directory of the functions' zips. */
  readonly artifacts: string;
}

/** The platform stack: everything but the registry. */
export class Platform extends NovaStack {
  constructor(scope: Construct, { settings, artifacts }: PlatformProps) {
    super(scope, stackNames[1], settings);
    const { accountId } = this;
    const data = new Data(this, 'data', { settings, accountId });
    const bus = new EventBus(this, 'bus', settings);
    const guardrail = new Guardrail(this, 'guardrail', settings);
    const imageUri = agentImageUri(this, settings);
    const keys = new ApiKeys(this, 'api-keys', settings);
    const functions = new Functions(this, 'functions', {
      settings,
      accountId,
      data,
      bus,
      guardrail,
      keys,
      artifacts,
      imageUri,
    });
    new Rules(this, 'rules', { settings, bus, bucketName: data.content.name, functions });
    const api = new Api(this, 'api', { settings, functions, keys });
    const observability = new Observability(this, 'watch', {
      settings,
      accountId,
      functionLogs: functions.logGroups,
      accessLog: api.accessLog,
    });
    new Rollouts(this, 'rollouts', { settings, accountId, alarms: observability.stoppingRollouts });
    declareOutputs(this, { stage: settings.stage, api, keys, bus, data });
  }
}
