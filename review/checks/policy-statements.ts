import {
  type PolicyStatement,
  type Resource,
  type SynthesizedStack,
  statementsOf,
} from '../synthesized-stack.ts';

/** Arguments that hold a policy, by resource type. */
const policies: Readonly<Record<string, string>> = {
  aws_ecr_repository_policy: 'policy',
  aws_iam_policy: 'policy',
  aws_iam_role: 'assume_role_policy',
  aws_iam_role_policy: 'policy',
  aws_s3_bucket_policy: 'policy',
  aws_sns_topic_policy: 'policy',
  aws_sqs_queue_policy: 'policy',
};

export interface PlacedStatement {
  readonly resource: Resource;
  readonly statement: PolicyStatement;
}

/** Every statement of every policy. */
export function policyStatements(stack: SynthesizedStack): PlacedStatement[] {
  return Object.entries(policies).flatMap(([type, argument]) =>
    stack
      .of(type)
      .flatMap((resource) =>
        statementsOf(resource.values[argument]).map((statement) => ({ resource, statement })),
      ),
  );
}
