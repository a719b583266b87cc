import { boundaryOf, servicesBoundaryOf } from '@nova/shared/naming';
import type { ArnWords } from '../resources/arns.ts';
import { shortNameOf } from '../resources/naming.ts';
import { textOf, type Values } from '../terraform/values.ts';
import { anyone, type Grant, grantsOf } from './grant.ts';
import { statementsIn } from './policy-document.ts';

export interface Reading {
  readonly values: Values;
  /** `policy of bucket content` */
  readonly words: string;
  readonly prefix: string;
  readonly arnWords: ArnWords;
}

/** Reads the grants of a resource; undefined while they are unknown. */
type Reader = (reading: Reading) => Grant[] | undefined;

/** Kinds of resources that grant permissions. */
export const readers: Readonly<Record<string, Reader>> = {
  aws_iam_role_policy: policyOfActor('role'),
  aws_iam_user_policy: policyOfActor('user'),
  aws_iam_group_policy: policyOfActor('group'),
  aws_iam_policy: managedPolicy,
  aws_iam_role_policy_attachment: attachment('role'),
  aws_iam_user_policy_attachment: attachment('user'),
  aws_iam_role: policyOfResource('assume_role_policy'),
  aws_lambda_permission: permission,
  aws_s3_bucket_policy: policyOfResource('policy'),
  aws_s3vectors_vector_bucket_policy: policyOfResource('policy'),
  aws_sqs_queue_policy: policyOfResource('policy'),
  aws_sns_topic_policy: policyOfResource('policy'),
  aws_ecr_repository_policy: policyOfResource('policy'),
  aws_cloudwatch_event_bus_policy: policyOfResource('policy'),
  aws_dynamodb_resource_policy: policyOfResource('policy'),
  aws_kms_key: policyOfResource('policy'),
  aws_api_gateway_rest_api: policyOfResource('policy'),
};

/** A policy of the acting principal; a role has the name of its function. */
function policyOfActor(attribute: string): Reader {
  return ({ values, prefix, arnWords }) =>
    grantsIn(values.policy, arnWords, { who: shortNameOf(textOf(values, attribute) ?? '', prefix) });
}

/** A policy that several principals can have; a boundary grants nothing by itself. */
function managedPolicy({ values, words, prefix, arnWords }: Reading): Grant[] | undefined {
  const bounds = [boundaryOf, servicesBoundaryOf].some((nameOf) => values.name === nameOf(prefix));
  const who = bounds
    ? `every principal with ${words} as its boundary, if a policy also grants it,`
    : `every principal with ${words}`;
  return grantsIn(values.policy, arnWords, { who });
}

const grantsIn = (policy: unknown, arnWords: ArnWords, about: { who?: string; on?: string }) =>
  statementsIn(policy)?.flatMap((statement) => grantsOf(statement, arnWords, about));

/** A policy of the resource itself. Most resources need none. */
function policyOfResource(attribute: string): Reader {
  return ({ values, words, arnWords }) => {
    const policy = textOf(values, attribute);
    if (!policy) return [];
    const on = words.replace(/^policy of /, '');
    return grantsIn(policy, arnWords, { on });
  };
}

/** The attachment of a managed policy. The plan has no content of AWS's own policies; ours are read separately. */
function attachment(attribute: string): Reader {
  return ({ values, prefix, arnWords }) => {
    const arn = textOf(values, 'policy_arn');
    if (!arn) return undefined;
    const words = arnWords(arn);
    const policy = words.startsWith('managed policy ') ? words : `managed policy ${arn.split('/').at(-1)}`;
    return [
      {
        who: shortNameOf(textOf(values, attribute) ?? '', prefix),
        allows: true,
        action: `all that ${policy} allows`,
        on: '',
        when: '',
        open: false,
        wide: /(?:Administrator|PowerUser|Full)Access$/.test(policy),
      },
    ];
  };
}

function permission({ values, words, arnWords }: Reading): Grant[] {
  const principal = textOf(values, 'principal') ?? '';
  const source = textOf(values, 'source_arn');
  const account = textOf(values, 'source_account');
  return [
    {
      who:
        principal === '*'
          ? anyone
          : principal.includes('.amazonaws.com')
            ? `service ${principal}`
            : arnWords(principal),
      allows: true,
      action: textOf(values, 'action') ?? '',
      on: words.replace(/^permission to call /, ''),
      when: [source ? `called by ${arnWords(source)}` : '', account ? `in account ${account}` : '']
        .filter(Boolean)
        .join(' '),
      open: !source && !account && (principal === '*' || principal.includes('.amazonaws.com')),
      wide: false,
    },
  ];
}
