import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { stageArns } from './stage-arns.ts';
import { stageConditions } from './stage-conditions.ts';

/** Read the stage's functions, the mappings of events to them, their rollouts and the group of their schedules. */
export function planFunctionsStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    { sid: 'LookAtFunctions', actions: ['lambda:Get*', 'lambda:List*'], resources: arns.functions },
    // A request for a mapping that was deleted has no function.
    {
      sid: 'LookAtMappings',
      actions: ['lambda:GetEventSourceMapping'],
      resources: arns.mappings,
      conditions: { ArnLikeIfExists: { 'lambda:FunctionArn': arns.mappedFunctions } },
    },
    // Requests for this do not have the function.
    {
      sid: 'LookAtTagsOfMappings',
      actions: ['lambda:ListTags'],
      resources: arns.mappings,
      conditions: stageConditions(settings).ofNoOtherStage,
    },
    {
      sid: 'LookAtSchedules',
      actions: ['scheduler:GetScheduleGroup', 'scheduler:ListTagsForResource'],
      resources: arns.scheduleGroups,
    },
    { sid: 'LookAtRollouts', actions: ['codedeploy:Get*', 'codedeploy:List*'], resources: arns.rollouts },
  ];
}
