import { createHash } from 'node:crypto';
import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment/index.js';
import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings/index.js';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage/index.js';
import { accessLogOf } from '@nova/shared/naming';
import { apiStage } from '@nova/shared/routes';
import { Lazy, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { logGroup } from '../observability/logs.ts';
import type { Settings } from '../settings.ts';
import { AccountLogging } from './account-logging.ts';
import { firewall } from './firewall.ts';

/** One line of JSON a request, without bodies, keys and queries. `requestId` is the correlation id unless the caller sent one. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.resourcePath',
  status: '$context.status',
  apiKeyId: '$context.identity.apiKeyId',
  sourceIp: '$context.identity.sourceIp',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  gatewayError: '$context.error.responseType',
  traceId: '$context.xrayTraceId',
});

export interface StageProps {
  readonly settings: Settings;
  readonly restApiId: string;
  /** All resources of the API; a change to any of them causes a deployment. */
  readonly parts: readonly TerraformResource[];
}

/** The deployed API: stage `v1`, its access log and its throttle. */
export class Stage extends Construct {
  readonly name: string;
  readonly invokeUrl: string;
  readonly accessLog: string;

  constructor(scope: Construct, id: string, { settings, restApiId, parts }: StageProps) {
    super(scope, id);
    const deployment = new ApiGatewayDeployment(this, 'deployment', {
      restApiId,
      // Still contains the routes that the same apply removes: `make deploy` replaces it once more afterwards.
      triggers: { definition: digestOf(parts) },
      dependsOn: [...parts],
      lifecycle: { createBeforeDestroy: true },
    });
    const account = settings.ownsAccountLogging
      ? [new AccountLogging(this, 'account-logging', settings).account]
      : [];
    const logs = logGroup(this, accessLogOf(settings.prefix), settings);
    const stage = new ApiGatewayStage(this, 'stage', {
      restApiId,
      deploymentId: deployment.id,
      stageName: apiStage,
      xrayTracingEnabled: true,
      accessLogSettings: { destinationArn: logs.arn, format: accessLogFormat },
      dependsOn: account,
    });
    if (settings.firewall) firewall(this, settings, stage.arn);
    new ApiGatewayMethodSettings(this, 'settings', {
      restApiId,
      stageName: stage.stageName,
      methodPath: '*/*',
      settings: {
        throttlingRateLimit: settings.throttle.rateLimit,
        throttlingBurstLimit: settings.throttle.burstLimit,
        // Execution logs would contain headers and bodies; the access log is enough.
        loggingLevel: 'OFF',
        dataTraceEnabled: false,
        metricsEnabled: false,
      },
    });
    this.name = stage.stageName;
    this.invokeUrl = stage.invokeUrl;
    this.accessLog = logs.name;
  }
}

/** A digest that changes exactly when the API's definition changes. */
const digestOf = (parts: readonly TerraformResource[]) =>
  Lazy.stringValue({
    produce: (context) =>
      createHash('sha256')
        .update(JSON.stringify(context.resolve(parts.map((part) => part.toTerraform()))))
        .digest('hex'),
  });
