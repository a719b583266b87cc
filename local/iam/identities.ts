import {
  AwsError,
  type Caller,
  type Conditions,
  type Credentials,
  type Logger,
  type Stack,
} from '../contracts.ts';
import { textOf } from '../stack/read.ts';
import type { RequestValues } from './conditions.ts';
import { keyMakerIn } from './credentials.ts';
import { evaluate } from './evaluate.ts';
import { policiesByRole } from './policies.ts';
import type { Statement } from './policy.ts';

export interface Identity {
  readonly credentials: Credentials;
  readonly caller: Caller;
}

/** The callers of the local AWS services, with their permissions. */
export interface Identities {
  /**
   * Credentials of a role of the stack, as a function assumes it.
   * @param session names the assumed role's session: the function's name; the role's own by default
   * @throws Error for a role the stack does not declare
   */
  credentialsFor(roleArn: string, session?: string): Credentials;
  /** Credentials of the developer, with all permissions. */
  readonly developer: Credentials;
  find(accessKeyId: string): Identity | undefined;
}

/**
 * The identities of a stack: one for each function, one for each role, and the developer.
 * @param dataDirectory keeps the seed of the keys
 * @throws MalformedPolicyError for a policy IAM would refuse
 */
export function identitiesOf(stack: Stack, dataDirectory: string, logger: Logger): Identities {
  const makeKey = keyMakerIn(dataDirectory);
  const policies = policiesByRole(stack, logger);
  const known = new Map<string, Identity>();

  function register(principalArn: string, authorise: Caller['authorise']): Credentials {
    const credentials = makeKey(principalArn);
    known.set(credentials.accessKeyId, { credentials, caller: { principalArn, authorise } });
    return credentials;
  }

  function credentialsFor(roleArn: string, session?: string): Credentials {
    const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const statements = policies.get(role);
    if (!statements) throw new Error(`The stack declares no role ${roleArn}`);
    const principalArn = `arn:aws:sts::${stack.accountId}:assumed-role/${role}/${session ?? role}`;
    return register(principalArn, authoriserOf(stack, principalArn, roleArn, statements, logger));
  }

  for (const role of stack.of('aws_iam_role')) credentialsFor(textOf(role, 'arn'));
  for (const one of stack.of('aws_lambda_function'))
    credentialsFor(textOf(one, 'role'), textOf(one, 'function_name'));
  const developer = register(`arn:aws:iam::${stack.accountId}:user/developer`, () => {});
  return { credentialsFor, developer, find: (accessKeyId) => known.get(accessKeyId) };
}

function authoriserOf(
  stack: Stack,
  principalArn: string,
  roleArn: string,
  statements: readonly Statement[],
  logger: Logger,
): Caller['authorise'] {
  const always = {
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': stack.accountId,
    'aws:RequestedRegion': stack.region,
    // The endpoint stands for one that is only reached over TLS.
    'aws:SecureTransport': 'true',
  };
  return (action, resource, conditions = {}) => {
    const values = valuesOf({ ...always, 'aws:CurrentTime': new Date().toISOString(), ...conditions });
    const decision = evaluate(statements, { action, resource, values });
    if (decision === 'allow') return;
    const reason =
      decision === 'explicit-deny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
    const message = `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
    logger.warn(message);
    throw new AwsError('AccessDeniedException', 403, message);
  };
}

const valuesOf = (conditions: Conditions): RequestValues =>
  new Map(Object.entries(conditions).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
