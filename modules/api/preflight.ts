import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration/index.js';
import { ApiGatewayIntegrationResponse } from '@cdktf/provider-aws/lib/api-gateway-integration-response/index.js';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method/index.js';
import { ApiGatewayMethodResponse } from '@cdktf/provider-aws/lib/api-gateway-method-response/index.js';
import { crossOrigin, crossOriginHeaders } from '@nova/shared/routes';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface PreflightProps {
  readonly restApiId: string;
  readonly resourceId: string;
  /** Methods of the path. */
  readonly methods: readonly string[];
  /** Whose pages may call the API; `*` for any. */
  readonly origin: string;
}

/** A preflight has no body that a success would have. */
const statusCode = '204';

/**
 * API Gateway's own answer to a browser that asks, before a page's request, whether the page may send it (Fetch standard, "CORS-preflight
 * fetch"). The question comes without a key.
 */
export class Preflight extends Construct {
  /** Resources that a deployment must contain. */
  readonly parts: readonly TerraformResource[];

  constructor(scope: Construct, id: string, { restApiId, resourceId, methods, origin }: PreflightProps) {
    super(scope, id);
    const method = new ApiGatewayMethod(this, 'method', {
      ...{ restApiId, resourceId, httpMethod: 'OPTIONS', authorization: 'NONE', apiKeyRequired: false },
    });
    const { httpMethod } = method;
    const integration = new ApiGatewayIntegration(this, 'integration', {
      ...{ restApiId, resourceId, httpMethod, type: 'MOCK' },
      requestTemplates: { 'application/json': JSON.stringify({ statusCode: Number(statusCode) }) },
    });
    const headers = headersOf(methods, origin);
    const response = new ApiGatewayMethodResponse(this, 'response', {
      ...{ restApiId, resourceId, httpMethod, statusCode },
      responseParameters: Object.fromEntries(Object.keys(headers).map((name) => [name, true])),
    });
    const mapping = new ApiGatewayIntegrationResponse(this, 'mapping', {
      ...{ restApiId, resourceId, httpMethod, statusCode },
      responseParameters: headers,
      dependsOn: [integration, response],
    });
    this.parts = [method, integration, response, mapping];
  }
}

/** Headers of the answer, in API Gateway's notation. */
const headersOf = (methods: readonly string[], origin: string): Record<string, string> => {
  const values = {
    ...crossOriginHeaders(origin),
    'access-control-allow-methods': methods.join(','),
    'access-control-allow-headers': crossOrigin.allowedHeaders.join(','),
    'access-control-max-age': String(crossOrigin.preflightSeconds),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
  );
};
