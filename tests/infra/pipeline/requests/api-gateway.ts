import { textOf } from '../../../../local/stack/read.ts';
import type { ProviderRequest, RequestsFor, RequestTable, StageRequests } from './request.ts';

/** AWS generates the ids. */
const api = '/restapis/a1b2c3';
const key = '/apikeys/k1k2k3';
const plan = '/usageplans/p1p2p3';

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const verbs = (...names: Verb[]) => names.map((name) => `apigateway:${name}`);

/** Source: API Gateway API reference, "TagResource"; iann0036/iam-dataset, pull request 39: tagging also needs PATCH. */
const tagging = (at: StageRequests, path: string): ProviderRequest[] => [
  ...at.on(at.gateway(path), verbs('PATCH')),
  ...at.onUntagged(at.gateway(`/tags/${encodeURIComponent(at.gateway(path))}`), verbs('PUT', 'DELETE'), {
    'aws:TagKeys': ['Stack'],
  }),
];

/** A resource with tags of its own, which is created in a list of all. */
const tagged =
  (path: string, list: string, ...alsoRead: string[]): RequestsFor =>
  (_, at) => ({
    reads: [path, ...alsoRead].flatMap((read) => at.on(at.gateway(read), verbs('GET'))),
    changes: [
      ...at.creating(at.gateway(list), verbs('POST')),
      ...at.on(at.gateway(path), verbs('PATCH', 'DELETE')),
      ...tagging(at, path),
    ],
  });

/** A child of the API or of the usage plan, with the parent's tags. */
const child =
  (path: string, changes: readonly Verb[], list?: string): RequestsFor =>
  (_, at) => ({
    reads: at.on(at.gateway(path), verbs('GET')),
    changes: [
      ...at.on(at.gateway(path), verbs(...changes)),
      ...(list === undefined ? [] : at.on(at.gateway(list), verbs('POST'))),
    ],
  });

const method = `${api}/resources/r1/methods/GET`;

export const apiGateway: RequestTable = {
  aws_api_gateway_account: (account, at) => ({
    reads: [
      ...at.onUntagged(at.gateway('/account'), verbs('GET')),
      ...at.on(textOf(account, 'cloudwatch_role_arn'), ['iam:GetRole']),
    ],
    changes: [
      ...at.onUntagged(at.gateway('/account'), verbs('PATCH')),
      ...at.onUntagged(textOf(account, 'cloudwatch_role_arn'), ['iam:PassRole'], {
        'iam:PassedToService': 'apigateway.amazonaws.com',
      }),
    ],
  }),
  aws_api_gateway_rest_api: tagged(api, '/restapis', `${api}/resources`),
  aws_api_gateway_api_key: tagged(key, '/apikeys'),
  aws_api_gateway_usage_plan: tagged(plan, '/usageplans'),
  aws_api_gateway_usage_plan_key: child(`${plan}/keys/k1k2k3`, ['DELETE'], `${plan}/keys`),
  aws_api_gateway_stage: (_, at) => ({
    reads: at.on(at.gateway(`${api}/stages/v1`), verbs('GET')),
    changes: [
      ...at.on(at.gateway(`${api}/stages`), verbs('POST'), { 'aws:TagKeys': ['Stage'] }),
      ...at.on(at.gateway(`${api}/stages/v1`), verbs('PATCH', 'DELETE')),
      ...tagging(at, `${api}/stages/v1`),
    ],
  }),
  aws_api_gateway_method_settings: child(`${api}/stages/v1`, ['PATCH']),
  aws_api_gateway_deployment: child(`${api}/deployments/d1`, ['PATCH', 'DELETE'], `${api}/deployments`),
  aws_api_gateway_resource: child(`${api}/resources/r1`, ['PATCH', 'DELETE'], `${api}/resources/r0`),
  aws_api_gateway_method: child(method, ['PUT', 'PATCH', 'DELETE']),
  aws_api_gateway_integration: child(`${method}/integration`, ['PUT', 'PATCH', 'DELETE']),
  aws_api_gateway_method_response: child(`${method}/responses/204`, ['PUT', 'PATCH', 'DELETE']),
  aws_api_gateway_integration_response: child(`${method}/integration/responses/204`, [
    'PUT',
    'PATCH',
    'DELETE',
  ]),
  aws_api_gateway_model: child(`${api}/models/m1`, ['PATCH', 'DELETE'], `${api}/models`),
  aws_api_gateway_gateway_response: child(`${api}/gatewayresponses/THROTTLED`, ['PUT', 'DELETE']),
  // The guide does not say whether it has the tags of its API.
  aws_api_gateway_request_validator: child(
    `${api}/requestvalidators/v1`,
    ['PATCH', 'DELETE'],
    `${api}/requestvalidators`,
  ),
  aws_wafv2_web_acl_association: (_, at) => {
    const stage = at.gateway(`${api}/stages/v1`);
    return {
      reads: at.onUntagged(stage, ['wafv2:GetWebACLForResource']),
      changes: [
        ...at.onUntagged(stage, ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL']),
        ...at.on(stage, ['apigateway:SetWebACL']),
      ],
    };
  },
};
