import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';
import { stageConditions } from './stage-conditions.ts';

/** Create, change and delete the stage's functions, and the mappings of events to them. */
export function deployFunctionsStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  const { tagging, untagging } = stageConditions(settings);
  const ofItsFunctions = { ArnLike: { 'lambda:FunctionArn': arns.mappedFunctions } };
  return [
    {
      sid: 'ChangeFunctions',
      actions: [
        'lambda:CreateFunction',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:PublishVersion',
        'lambda:CreateAlias',
        'lambda:UpdateAlias',
        'lambda:DeleteAlias',
        'lambda:PutFunctionEventInvokeConfig',
        'lambda:DeleteFunctionEventInvokeConfig',
        'lambda:PutFunctionConcurrency',
        'lambda:DeleteFunctionConcurrency',
        'lambda:AddPermission',
        'lambda:RemovePermission',
        'lambda:TagResource',
        'lambda:UntagResource',
      ],
      resources: arns.functions,
    },
    // The action takes no resource.
    {
      sid: 'MapEventsToFunctions',
      actions: ['lambda:CreateEventSourceMapping'],
      resources: ['*'],
      conditions: ofItsFunctions,
    },
    {
      sid: 'ChangeMappings',
      actions: ['lambda:UpdateEventSourceMapping', 'lambda:DeleteEventSourceMapping'],
      resources: arns.mappings,
      conditions: ofItsFunctions,
    },
    // Requests for these do not have the function.
    { sid: 'TagMappings', actions: ['lambda:TagResource'], resources: arns.mappings, conditions: tagging },
    {
      sid: 'UntagMappings',
      actions: ['lambda:UntagResource'],
      resources: arns.mappings,
      conditions: untagging,
    },
  ];
}
