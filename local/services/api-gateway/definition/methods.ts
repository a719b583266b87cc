import { limits } from '@nova/shared/limits';
import { type Stack, StackError, type StackResource } from '../../../contracts.ts';
import { numberOf, optionalText, textOf } from '../../../stack/read.ts';
import { bodyValidator } from '../request/body-validator.ts';

/** Checks a body. @returns the fault; undefined for a valid body */
export type BodyValidator = (body: string) => string | undefined;

/** A method of the API with its integration. */
export interface Method {
  readonly httpMethod: string;
  readonly keyRequired: boolean;
  /** Names of required parameters: `method.request.querystring.q`; empty when none are checked. */
  readonly requiredParameters: readonly string[];
  /** The validator of a body with a content type; undefined when it is not checked. */
  readonly validator: (contentType: string) => BodyValidator | undefined;
  readonly functionArn: string;
  readonly streams: boolean;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** AWS_PROXY integrations are invoked at an address that names the function. */
const invocation =
  /:lambda:path\/[\d-]+\/functions\/(?<arn>.+)\/(?<verb>invocations|response-streaming-invocations)$/;

/**
 * The API's methods, by resource id, then HTTP method.
 * @throws StackError for an integration or an authorization the local gateway does not run
 */
export function methodsOf(stack: Stack): Map<string, Map<string, Method>> {
  const integrations = new Map(
    stack.of('aws_api_gateway_integration').map((resource) => [keyOf(resource), resource]),
  );
  const models = new Map(
    stack.of('aws_api_gateway_model').map((model) => [textOf(model, 'name'), bodyValidator(model)]),
  );
  const validators = new Map(
    stack.of('aws_api_gateway_request_validator').map((validator) => [textOf(validator, 'id'), validator]),
  );
  const methods = new Map<string, Map<string, Method>>();
  for (const resource of stack.of('aws_api_gateway_method')) {
    const integration = integrations.get(keyOf(resource));
    if (!integration) throw new StackError(`${resource.address} has no integration.`);
    const validator = validators.get(optionalText(resource, 'request_validator_id') ?? '');
    const method = defineMethod(resource, integration, validator, models);
    const resourceId = textOf(resource, 'resource_id');
    methods.set(resourceId, (methods.get(resourceId) ?? new Map()).set(method.httpMethod, method));
  }
  return methods;
}

const keyOf = (resource: StackResource) =>
  `${textOf(resource, 'resource_id')} ${textOf(resource, 'http_method')}`;

function defineMethod(
  resource: StackResource,
  integration: StackResource,
  validator: StackResource | undefined,
  models: ReadonlyMap<string, BodyValidator>,
): Method {
  const authorization = textOf(resource, 'authorization');
  if (authorization !== 'NONE') {
    throw new StackError(
      `${resource.address}: the local gateway does not run ${authorization} authorization.`,
    );
  }
  const uri = optionalText(integration, 'uri') ?? '';
  const target = invocation.exec(uri)?.groups;
  if (integration.values.type !== 'AWS_PROXY' || !target?.arn) {
    throw new StackError(
      `${integration.address}: the local gateway runs AWS_PROXY integrations of functions only.`,
    );
  }
  return {
    httpMethod: textOf(resource, 'http_method'),
    keyRequired: resource.values.api_key_required === true,
    requiredParameters: validator?.values.validate_request_parameters ? requiredParameters(resource) : [],
    validator: validator?.values.validate_request_body ? validatorFor(resource, models) : () => undefined,
    functionArn: target.arn,
    streams: target.verb === 'response-streaming-invocations',
    timeoutMs: numberOf(integration, 'timeout_milliseconds', limits.gatewayTimeoutMs),
  };
}

function requiredParameters(resource: StackResource): string[] {
  const parameters = (resource.values.request_parameters ?? {}) as Record<string, boolean>;
  return Object.keys(parameters).filter((name) => parameters[name]);
}

/** The model of the content type, else of `$default`; a content type with neither is not checked. */
function validatorFor(
  resource: StackResource,
  models: ReadonlyMap<string, BodyValidator>,
): (contentType: string) => BodyValidator | undefined {
  const byType = (resource.values.request_models ?? {}) as Record<string, string>;
  for (const model of Object.values(byType)) {
    if (!models.has(model)) throw new StackError(`${resource.address}: there is no model ${model}.`);
  }
  return (contentType) => {
    const model = byType[contentType] ?? byType.$default;
    return model === undefined ? undefined : models.get(model);
  };
}
