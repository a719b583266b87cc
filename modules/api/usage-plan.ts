import { ApiGatewayUsagePlan } from '@cdktf/provider-aws/lib/api-gateway-usage-plan/index.js';
import { ApiGatewayUsagePlanKey } from '@cdktf/provider-aws/lib/api-gateway-usage-plan-key/index.js';
import { Construct } from 'constructs';
import type { ApiKeys } from '../data/api-keys.ts';
import type { Settings } from '../settings.ts';
import type { Stage } from './stage.ts';

export interface UsagePlanProps {
  readonly settings: Settings;
  readonly restApiId: string;
  readonly stage: Stage;
  readonly keys: ApiKeys;
}

/** The API keys that may call the API, and their throttle. */
export class UsagePlan extends Construct {
  constructor(scope: Construct, id: string, { settings, restApiId, stage, keys }: UsagePlanProps) {
    super(scope, id);
    const plan = new ApiGatewayUsagePlan(this, 'plan', {
      name: `${settings.prefix}-default`,
      description: 'Best effort by API Gateway: it protects the platform, it does not guard cost',
      apiStages: [{ apiId: restApiId, stage: stage.name }],
      throttleSettings: { ...settings.keyThrottle },
    });
    for (const { name, resource } of keys.all) {
      new ApiGatewayUsagePlanKey(this, `${name}-in-plan`, {
        usagePlanId: plan.id,
        keyId: resource.id,
        keyType: 'API_KEY',
      });
    }
  }
}
