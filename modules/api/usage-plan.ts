import { ApiGatewayApiKey } from '@cdktf/provider-aws/lib/api-gateway-api-key/index.js';
import { ApiGatewayUsagePlan } from '@cdktf/provider-aws/lib/api-gateway-usage-plan/index.js';
import { ApiGatewayUsagePlanKey } from '@cdktf/provider-aws/lib/api-gateway-usage-plan-key/index.js';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Stage } from './stage.ts';

export interface UsagePlanProps {
  readonly settings: Settings;
  readonly restApiId: string;
  readonly stage: Stage;
}

/** Who may call the API, and how fast each may. AWS makes the keys' values. */
export class UsagePlan extends Construct {
  readonly keys: Readonly<Record<string, ApiGatewayApiKey>>;

  constructor(scope: Construct, id: string, { settings, restApiId, stage }: UsagePlanProps) {
    super(scope, id);
    const { keyThrottle, keys } = settings.api;
    const plan = new ApiGatewayUsagePlan(this, 'plan', {
      name: `${settings.prefix}-default`,
      description: 'Best effort by API Gateway: it protects the platform, it does not guard cost',
      apiStages: [{ apiId: restApiId, stage: stage.name }],
      throttleSettings: { ...keyThrottle },
    });
    this.keys = Object.fromEntries(
      keys.map(({ name, enabled }) => {
        const key = new ApiGatewayApiKey(this, name, { name: `${settings.prefix}-${name}`, enabled });
        new ApiGatewayUsagePlanKey(this, `${name}-in-plan`, {
          usagePlanId: plan.id,
          keyId: key.id,
          keyType: 'API_KEY',
        });
        return [name, key];
      }),
    );
  }
}
