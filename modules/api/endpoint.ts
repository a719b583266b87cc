import {
  ApiGatewayIntegration,
  type ApiGatewayIntegrationConfig,
} from '@cdktf/provider-aws/lib/api-gateway-integration/index.js';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method/index.js';
import { ApiGatewayModel } from '@cdktf/provider-aws/lib/api-gateway-model/index.js';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { toGatewayModel } from '@nova/shared/json-schema';
import { limits } from '@nova/shared/limits';
import { apiStage, type Route, type RouteName, routes } from '@nova/shared/routes';
import { Construct } from 'constructs';
import type { NovaFunction } from '../functions/function.ts';

export interface EndpointProps {
  readonly name: RouteName;
  readonly api: ApiGatewayRestApi;
  readonly region: string;
  readonly resourceId: string;
  readonly validatorId: string;
  readonly target: NovaFunction;
}

/** A route of the contract: its method, validation and integration, and the permission to invoke its function. */
export class Endpoint extends Construct {
  /** Resources that a deployment must contain. */
  readonly parts: readonly (ApiGatewayMethod | ApiGatewayIntegration | ApiGatewayModel)[];

  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    const { name, api, resourceId, validatorId, target } = props;
    const route: Route = routes[name];
    const model = route.body ? this.#model(name, api, route.body) : undefined;
    const method = new ApiGatewayMethod(this, 'method', {
      restApiId: api.id,
      resourceId,
      httpMethod: route.method,
      authorization: 'NONE',
      apiKeyRequired: true,
      operationName: name,
      requestValidatorId: validatorId,
      requestParameters: requestParameters(route),
      // `$default`: a body is validated whatever its Content-Type.
      ...(model ? { requestModels: { $default: model.name } } : {}),
    });
    const integration = new ApiGatewayIntegration(this, 'integration', {
      restApiId: api.id,
      resourceId,
      httpMethod: method.httpMethod,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      ...invocation(route, props.region, target.arn),
    });
    if (route.stream) {
      // The bindings limit it to five minutes; the provider does not.
      integration.addOverride('timeout_milliseconds', limits.gatewayStreamTimeoutMs);
    }
    new LambdaPermission(this, 'permission', {
      statementId: `route-${name}`,
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      qualifier: target.qualifier,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${api.executionArn}/${apiStage}/${route.method}${route.path.replaceAll(/\{\w+\}/g, '*')}`,
    });
    this.parts = [method, integration, ...(model ? [model] : [])];
  }

  #model(name: RouteName, api: ApiGatewayRestApi, body: NonNullable<Route['body']>): ApiGatewayModel {
    return new ApiGatewayModel(this, 'model', {
      restApiId: api.id,
      name: `${name.charAt(0).toUpperCase()}${name.slice(1)}Request`,
      contentType: 'application/json',
      schema: JSON.stringify(toGatewayModel(body)),
    });
  }
}

/** The integration's target. Source: API Gateway guide, "Response streaming for Lambda proxy integrations". */
function invocation(
  { stream }: Route,
  region: string,
  functionArn: string,
): Pick<ApiGatewayIntegrationConfig, 'uri' | 'responseTransferMode' | 'timeoutMilliseconds'> {
  const lambda = `arn:aws:apigateway:${region}:lambda:path`;
  return stream
    ? {
        uri: `${lambda}/2021-11-15/functions/${functionArn}/response-streaming-invocations`,
        responseTransferMode: 'STREAM',
      }
    : {
        uri: `${lambda}/2015-03-31/functions/${functionArn}/invocations`,
        timeoutMilliseconds: limits.gatewayTimeoutMs,
      };
}

/** Path and query parameters of the method, and whether each is required. */
function requestParameters({ path, query }: Route): Record<string, boolean> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [`method.request.path.${name}`, true]);
  const schema = query ? toGatewayModel(query) : {};
  const required = (schema.required ?? []) as string[];
  const inQuery = Object.keys(schema.properties ?? {}).map((name) => [
    `method.request.querystring.${name}`,
    required.includes(name),
  ]);
  return Object.fromEntries([...inPath, ...inQuery]);
}
