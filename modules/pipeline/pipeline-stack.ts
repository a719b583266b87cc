import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import {
  accountLoggingRoleOf,
  boundaryOf,
  pipelineStack,
  servicesBoundaryOf,
  workflowRoleOf,
} from '@nova/shared/naming';
import { Construct } from 'constructs';
import { apiLogsRole } from '../api/account-logging.ts';
import { policyJson, type Statement } from '../iam/policy.ts';
import { ExclusivePolicies } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';
import { NovaStack } from '../stack.ts';
import { boundaryStatements, servicesBoundaryStatements } from './boundary-policy.ts';
import { deployApiStatements } from './deploy-api-policy.ts';
import { deployFunctionsStatements } from './deploy-functions-policy.ts';
import { deployRolesStatements } from './deploy-roles-policy.ts';
import { deploySupportingStatements } from './deploy-supporting-policy.ts';
import { deployWorkloadStatements } from './deploy-workload-policy.ts';
import { planApiStatements } from './plan-api-policy.ts';
import { planFunctionsStatements } from './plan-functions-policy.ts';
import { planSupportingStatements } from './plan-supporting-policy.ts';
import { planWorkloadStatements } from './plan-workload-policy.ts';

const issuer = 'token.actions.githubusercontent.com';

/** Seconds of a deployment with the slowest rollout. */
const sessionSeconds = 7200;

/** Policies by construct id. They are separate, because a managed policy holds 6,144 characters. */
const policyStatements = {
  'look-work': planWorkloadStatements,
  'look-functions': planFunctionsStatements,
  'look-surroundings': planSupportingStatements,
  'look-api': planApiStatements,
  'change-work': deployWorkloadStatements,
  'change-functions': deployFunctionsStatements,
  'change-surroundings': deploySupportingStatements,
  'change-api': deployApiStatements,
  'change-roles': deployRolesStatements,
} as const satisfies Record<string, (settings: Settings, accountId: string) => Statement[]>;

interface WorkflowRolesProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** In the form of its OIDC tokens' subject. */
  readonly repository: string;
}

/**
 * The roles that the repository's workflows assume, each for two hours and without a stored secret. The plan role may only
 * read; the deploy role may change this stage, and is for runs that the environment's reviewers have approved.
 * Source: GitHub docs, "Configuring OpenID Connect in Amazon Web Services".
 */
class WorkflowRoles extends Construct {
  constructor(scope: Construct, id: string, { settings, accountId, repository }: WorkflowRolesProps) {
    super(scope, id);
    const { prefix, stage } = settings;
    const policies = Object.entries(policyStatements).map(
      ([name, statements]) =>
        new IamPolicy(this, name, {
          name: `${prefix}-pipeline-${name}`,
          policy: policyJson(statements(settings, accountId)),
        }),
    );
    const planPolicies = policies.filter(({ node }) => node.id.startsWith('look-'));
    const subject = `repo:${repository}`;
    const trustRuns = (...subjects: string[]) => workflowTrust(accountId, subjects);
    // The author of a pull request can change the workflow that runs for it.
    const pullRequests = settings.plannedByPullRequests ? [`${subject}:pull_request`] : [];
    const plan = trustRuns(...pullRequests, `${subject}:ref:refs/heads/main`);
    this.#role('plan', prefix, 'Plans changes, and makes none', plan, planPolicies);
    this.#role('deploy', prefix, 'Changes the stage', trustRuns(`${subject}:environment:${stage}`), policies);
  }

  #role(
    id: 'plan' | 'deploy',
    prefix: string,
    description: string,
    assumeRolePolicy: string,
    policies: readonly IamPolicy[],
  ): void {
    const name = workflowRoleOf(prefix, id);
    const role = new IamRole(this, id, {
      name,
      description,
      assumeRolePolicy,
      maxSessionDuration: sessionSeconds,
    });
    const attached = policies.map(
      (policy) =>
        new IamRolePolicyAttachment(this, `${id}-${policy.node.id}`, {
          role: role.name,
          policyArn: policy.arn,
        }),
    );
    new ExclusivePolicies(this, `${id}-nothing-else`, { role, attached });
  }
}

const workflowTrust = (accountId: string, subjects: readonly string[]) =>
  policyJson([
    {
      sid: 'WorkflowsTakeTheRole',
      principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` },
      actions: ['sts:AssumeRoleWithWebIdentity'],
      conditions: {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subjects },
      },
    },
  ]);

/**
 * The stack of the workflows' roles, of the permissions boundaries of the roles they create, and of the role by which API
 * Gateway writes logs, if the stage owns that setting of the account.
 */
export class Pipeline extends NovaStack {
  constructor(scope: Construct, settings: Settings, repository: string) {
    super(scope, pipelineStack, settings);
    const { accountId } = this;
    new IamPolicy(this, 'boundary', {
      name: boundaryOf(settings.prefix),
      description: 'The most that a role of the stage may do, whatever it is given',
      policy: policyJson(boundaryStatements(settings, accountId)),
    });
    new IamPolicy(this, 'services-boundary', {
      name: servicesBoundaryOf(settings.prefix),
      description: 'The most that a service may do to the functions of the stage, whatever it is given',
      policy: policyJson(servicesBoundaryStatements(settings, accountId)),
    });
    if (settings.ownsAccountLogging) {
      apiLogsRole(new Construct(this, 'account-logging'), accountLoggingRoleOf(settings.prefix));
    }
    new WorkflowRoles(this, 'roles', { settings, accountId, repository });
  }
}
