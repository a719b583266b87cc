import { limits } from '@nova/shared/limits';
import { type Stack, StackError, type StackResource } from '../../../contracts.ts';
import { numberOf, optionalText, textOf } from '../../../stack/read.ts';
import { bodyValidator } from '../request/body-validator.ts';

/** Checks a body. @returns the fault; undefined for a valid body */
export type BodyValidator = (body: string) => string | undefined;

/** What every method of the API has. */
interface MethodFacts {
  readonly httpMethod: string;
  readonly keyRequired: boolean;
  /** Names of required parameters: `method.request.querystring.q`; empty when none are checked. */
  readonly requiredParameters: readonly string[];
  /** The validator of a body with a content type; undefined when it is not checked. */
  readonly validator: (contentType: string) => BodyValidator | undefined;
}

/** A method that a function answers. */
export interface FunctionMethod extends MethodFacts {
  readonly functionArn: string;
  readonly streams: boolean;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** A method that API Gateway answers itself, always the same. */
export interface MockMethod extends MethodFacts {
  readonly mock: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}

/** A method of the API with its integration. */
export type Method = FunctionMethod | MockMethod;

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
  const answers = Map.groupBy(stack.of('aws_api_gateway_integration_response'), keyOf);
  const methods = new Map<string, Map<string, Method>>();
  for (const resource of stack.of('aws_api_gateway_method')) {
    const integration = integrations.get(keyOf(resource));
    if (!integration) throw new StackError(`${resource.address} has no integration.`);
    const validator = validators.get(optionalText(resource, 'request_validator_id') ?? '');
    const facts = factsOf(resource, validator, models);
    const method =
      integration.values.type === 'MOCK'
        ? { ...facts, mock: mockOf(integration, answers.get(keyOf(resource)) ?? []) }
        : { ...facts, ...targetOf(integration) };
    const resourceId = textOf(resource, 'resource_id');
    methods.set(resourceId, (methods.get(resourceId) ?? new Map()).set(method.httpMethod, method));
  }
  return methods;
}

const keyOf = (resource: StackResource) =>
  `${textOf(resource, 'resource_id')} ${textOf(resource, 'http_method')}`;

function factsOf(
  resource: StackResource,
  validator: StackResource | undefined,
  models: ReadonlyMap<string, BodyValidator>,
): MethodFacts {
  const authorization = textOf(resource, 'authorization');
  if (authorization !== 'NONE') {
    throw new StackError(
      `${resource.address}: the local gateway does not run ${authorization} authorization.`,
    );
  }
  return {
    httpMethod: textOf(resource, 'http_method'),
    keyRequired: resource.values.api_key_required === true,
    requiredParameters: validator?.values.validate_request_parameters ? requiredParameters(resource) : [],
    validator: validator?.values.validate_request_body ? validatorFor(resource, models) : () => undefined,
  };
}

function targetOf(integration: StackResource): Omit<FunctionMethod, keyof MethodFacts> {
  const uri = optionalText(integration, 'uri') ?? '';
  const target = invocation.exec(uri)?.groups;
  if (integration.values.type !== 'AWS_PROXY' || !target?.arn) {
    throw new StackError(
      `${integration.address}: the local gateway runs AWS_PROXY integrations of functions, and MOCK integrations.`,
    );
  }
  return {
    functionArn: target.arn,
    streams: target.verb === 'response-streaming-invocations',
    timeoutMs: numberOf(integration, 'timeout_milliseconds', limits.gatewayTimeoutMs),
  };
}

/** The template of a request that says nothing but the status of the answer. */
const statusTemplate = /^\s*\{\s*"statusCode"\s*:\s*(\d{3})\s*\}\s*$/;
const answerHeader = 'method.response.header.';

/** The answer of a MOCK integration: the one mapping of the status that its template names. */
function mockOf(integration: StackResource, mappings: readonly StackResource[]): MockMethod['mock'] {
  const [template = '', ...others] = Object.values(
    (integration.values.request_templates ?? {}) as Record<string, string>,
  );
  const status = statusTemplate.exec(template)?.[1];
  const mapping = mappings.find((one) => String(one.values.status_code) === status);
  if (status === undefined || others.length > 0 || !mapping) {
    throw new StackError(
      `${integration.address}: the local gateway runs MOCK integrations whose template is {"statusCode": N}, with an answer of that status.`,
    );
  }
  const parameters = (mapping.values.response_parameters ?? {}) as Record<string, string>;
  const headers = Object.entries(parameters).map(([name, value]) => {
    const text = /^'(.*)'$/.exec(value)?.[1];
    if (!name.startsWith(answerHeader) || text === undefined)
      throw new StackError(`${mapping.address}: the local gateway does not map ${value} to ${name}.`);
    return [name.slice(answerHeader.length), text] as const;
  });
  return { status: Number(status), headers: Object.fromEntries(headers) };
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
