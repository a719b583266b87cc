import { type Stack, StackError, type StackResource } from '../../../contracts.ts';
import { blockOf, textOf, textsOf } from '../../../stack/read.ts';
import { type GatewayResponses, gatewayResponsesOf } from './gateway-responses.ts';
import { type Method, methodsOf } from './methods.ts';
import { buildTree, type PathNode } from './tree.ts';
import { type Throttle, throttlesOf, type UsagePlan, usagePlansOf } from './usage-plans.ts';

/** A REST API of the stack with its one stage. */
export interface ApiDefinition {
  readonly apiId: string;
  readonly name: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly accountId: string;
  readonly region: string;
  readonly root: PathNode<Method>;
  /** `image/*` */
  readonly binaryMediaTypes: readonly string[];
  /** Bytes from which on an answer is compressed for a client that accepts it; undefined when none is. */
  readonly minimumCompressionBytes: number | undefined;
  readonly responses: GatewayResponses;
  readonly plans: readonly UsagePlan[];
  /** Throttle of the stage, by method path (`content/GET`), `*` standing for any. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Template of one line of the access log; absent when the stage keeps none. */
  readonly accessLogFormat: string | undefined;
}

/**
 * The stack's REST API.
 * @throws StackError when there is not exactly one, or a part of it cannot be understood
 */
export function apiOf(stack: Stack): ApiDefinition {
  const api = only(stack, 'aws_api_gateway_rest_api');
  const stage = only(stack, 'aws_api_gateway_stage');
  const apiId = textOf(api, 'id');
  const stageName = textOf(stage, 'stage_name');
  return {
    apiId,
    name: textOf(api, 'name'),
    stage: stageName,
    deploymentId: textOf(stage, 'deployment_id'),
    accountId: stack.accountId,
    region: stack.region,
    root: buildTree(stack, api, methodsOf(stack)),
    binaryMediaTypes: textsOf(api, 'binary_media_types'),
    minimumCompressionBytes: minimumCompressionOf(api),
    responses: gatewayResponsesOf(stack),
    plans: usagePlansOf(stack, apiId, stageName),
    throttles: throttlesOf(stack, stageName),
    stageVariables: (stage.values.variables ?? {}) as Record<string, string>,
    accessLogFormat: blockOf(stage, 'access_log_settings')?.format as string | undefined,
  };
}

/** The provider takes the number as text, and `-1` for none. */
function minimumCompressionOf(api: StackResource): number | undefined {
  const bytes = Number(api.values.minimum_compression_size ?? -1);
  return bytes < 0 ? undefined : bytes;
}

function only(stack: Stack, type: string): StackResource {
  const [resource, ...others] = stack.of(type);
  if (!resource || others.length > 0) {
    throw new StackError(
      `The stack has ${others.length + (resource ? 1 : 0)} ${type}; the local gateway runs one.`,
    );
  }
  return resource;
}
