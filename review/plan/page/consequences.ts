import type { Difference } from '../differences/differences.ts';
import type { PlannedResource } from '../resources/resources.ts';

/** Parts of the API that other lines of the page stand for, and permissions to call functions, which have their own section. */
const plumbing: Readonly<Record<string, string>> = {
  aws_api_gateway_deployment: 'deployment of the API',
  aws_api_gateway_gateway_response: 'answer of API Gateway itself',
  aws_api_gateway_integration: 'integration of a route',
  aws_api_gateway_integration_response: 'integration response of a route',
  aws_api_gateway_method_response: 'response of a route',
  aws_api_gateway_method_settings: 'settings of all routes',
  aws_api_gateway_model: 'model of a request',
  aws_api_gateway_request_validator: 'request validator',
  aws_api_gateway_resource: 'part of a path',
  aws_api_gateway_usage_plan_key: 'API key in the usage plan',
  aws_lambda_permission: 'permission to call a function',
};

/** Types whose resources change as a consequence of others only. */
const always = new Set(['aws_api_gateway_deployment', 'aws_lambda_permission']);
const sometimes = new Set([...Object.keys(plumbing), 'aws_api_gateway_method', 'aws_api_gateway_stage']);

/** Whether a page counts a new or a destroyed resource instead of naming it. */
export const isCounted = ({ type }: PlannedResource): boolean => type in plumbing;

/** Whether a change only follows from others: the page counts it. */
export const isConsequence = ({ type }: PlannedResource, differences: readonly Difference[]): boolean =>
  always.has(type) || (sometimes.has(type) && differences.every(({ isKnownLater }) => isKnownLater));

/** `deployment of the API, integration of a route ×3` */
export function countsOf(resources: readonly PlannedResource[]): string {
  const byNoun = Map.groupBy(resources, ({ type, noun }) => plumbing[type] ?? noun);
  return [...byNoun]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([noun, { length }]) => (length > 1 ? `${noun} ×${length}` : noun))
    .join(', ');
}
