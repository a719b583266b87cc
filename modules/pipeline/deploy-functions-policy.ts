import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';
import { stageConditions } from './stage-conditions.ts';

/** Create, change and delete the stage's functions, the mappings of events to them, their rollouts and the group of their schedules. */
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
    {
      sid: 'ChangeRollouts',
      actions: [
        'codedeploy:CreateApplication',
        'codedeploy:UpdateApplication',
        'codedeploy:DeleteApplication',
        'codedeploy:CreateDeploymentGroup',
        'codedeploy:UpdateDeploymentGroup',
        'codedeploy:DeleteDeploymentGroup',
        'codedeploy:CreateDeployment',
        'codedeploy:RegisterApplicationRevision',
        'codedeploy:TagResource',
        'codedeploy:UntagResource',
      ],
      resources: arns.rollouts,
    },
    {
      sid: 'ChangeSchedules',
      actions: [
        'scheduler:CreateScheduleGroup',
        'scheduler:DeleteScheduleGroup',
        'scheduler:TagResource',
        'scheduler:UntagResource',
      ],
      resources: arns.scheduleGroups,
    },
  ];
}
