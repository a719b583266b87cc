import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';
import { stageConditions } from './stage-conditions.ts';

/** Create, change and delete the API, its keys, its firewall and the guardrail: no ARN names them, so their tags limit this. */
export function deployApiStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  const { ofStage, ofNoOtherStage, forStage, tagging, untagging } = stageConditions(settings);
  return [
    {
      sid: 'CreateTheApi',
      actions: ['apigateway:POST'],
      resources: arns.apiCollections,
      conditions: forStage,
    },
    {
      sid: 'ChangeTheApi',
      actions: ['apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
      resources: [...arns.apis, ...arns.apiKeys],
      conditions: ofStage,
    },
    // The guide does not list request validators among the children with the tags of their API.
    {
      sid: 'ChangeRequestValidators',
      actions: ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
      resources: arns.requestValidators,
      conditions: ofNoOtherStage,
    },
    // To tag a resource also needs PATCH on it: iann0036/iam-dataset, pull request 39, tried on AWS. So no stage can make a
    // resource of another its own.
    {
      sid: 'TagTheApi',
      actions: ['apigateway:PUT'],
      resources: arns.apiTags,
      conditions: tagging,
    },
    {
      sid: 'UntagTheApi',
      actions: ['apigateway:DELETE'],
      resources: arns.apiTags,
      conditions: untagging,
    },
    ...(settings.ownsAccountLogging
      ? [{ sid: 'SetAccountLogging', actions: ['apigateway:PATCH'], resources: arns.apiAccount }]
      : []),
    {
      sid: 'ChangeFirewalls',
      actions: [
        'wafv2:CreateWebACL',
        'wafv2:UpdateWebACL',
        'wafv2:DeleteWebACL',
        'wafv2:TagResource',
        'wafv2:UntagResource',
      ],
      resources: [...arns.firewalls, ...arns.firewallRules],
    },
    // Both services must allow it: AWS WAF guide, "Actions that require additional permissions settings". AWS WAF has no
    // condition on the API's stage, so API Gateway's half tells the stages apart.
    {
      sid: 'PutFirewallsBeforeTheApi',
      actions: ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'],
      resources: [...arns.firewalls, ...arns.apiStages],
    },
    {
      sid: 'LetFirewallsBeforeTheApi',
      actions: ['apigateway:SetWebACL'],
      resources: arns.apiStages,
      conditions: ofStage,
    },
    // A guardrail has no ARN before it is created.
    { sid: 'CreateGuardrails', actions: ['bedrock:CreateGuardrail'], resources: ['*'], conditions: forStage },
    {
      sid: 'ChangeGuardrails',
      actions: ['bedrock:UpdateGuardrail', 'bedrock:DeleteGuardrail', 'bedrock:CreateGuardrailVersion'],
      resources: arns.guardrails,
      conditions: ofStage,
    },
    {
      sid: 'TagGuardrails',
      actions: ['bedrock:TagResource'],
      resources: arns.guardrails,
      conditions: tagging,
    },
    {
      sid: 'UntagGuardrails',
      actions: ['bedrock:UntagResource'],
      resources: arns.guardrails,
      conditions: untagging,
    },
  ];
}
