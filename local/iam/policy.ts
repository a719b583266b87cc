import { UserError } from '@nova/shared/run-main';

/** IAM policy documents (IAM reference, "Grammar of the IAM JSON policy language"). */

export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  /** Principals of a statement in a resource policy: services, ARNs, `*`; none in an identity policy. */
  readonly principals: readonly string[];
  readonly actions: Selection;
  readonly resources: Selection;
  readonly conditions: readonly Condition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Selection {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

export interface Condition {
  /** Without its set prefix and `IfExists`: `StringLike`. */
  readonly operator: string;
  /** How several values of one key combine. */
  readonly set: 'ForAnyValue' | 'ForAllValues' | undefined;
  readonly ifExists: boolean;
  /** Lower case: IAM ignores the case of keys. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A policy document that IAM would refuse. */
export class MalformedPolicyError extends UserError {
  override readonly name = 'MalformedPolicyError';

  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
  }
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a policy.
 * @param where names the policy in errors
 * @throws MalformedPolicyError
 */
export function parsePolicy(document: string, where: string): readonly Statement[] {
  const policy = parseJson(document, where);
  if (!isObject(policy)) throw new MalformedPolicyError(where, 'a policy must be a JSON object');
  const statements = listOf(policy.Statement);
  if (statements.length === 0) throw new MalformedPolicyError(where, 'Statement is missing');
  return statements.map((statement, index) => parseStatement(statement, `${where}, statement ${index + 1}`));
}

function parseJson(document: string, where: string): unknown {
  try {
    return JSON.parse(document);
  } catch (cause) {
    throw new MalformedPolicyError(
      where,
      `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function parseStatement(statement: unknown, where: string): Statement {
  if (!isObject(statement)) throw new MalformedPolicyError(where, 'must be a JSON object');
  const { Sid, Effect, Principal, Condition = {} } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new MalformedPolicyError(where, `Effect must be Allow or Deny, not ${JSON.stringify(Effect)}`);
  }
  return {
    sid: typeof Sid === 'string' ? Sid : '',
    effect: Effect,
    principals: (isObject(Principal) ? Object.values(Principal) : [Principal ?? []]).flat().map(String),
    actions: parseSelection(statement, 'Action', where),
    resources: parseSelection(statement, 'Resource', where),
    conditions: parseConditions(Condition, where),
  };
}

function parseSelection(statement: Json, name: 'Action' | 'Resource', where: string): Selection {
  const except = statement[name] === undefined;
  const field = except ? `Not${name}` : name;
  const patterns = listOf(statement[field]);
  if (patterns.length === 0 || !patterns.every((pattern) => typeof pattern === 'string')) {
    throw new MalformedPolicyError(where, `${name} or Not${name} must be a string or a list of strings`);
  }
  return { patterns, except };
}

function parseConditions(block: unknown, where: string): Condition[] {
  if (!isObject(block)) throw new MalformedPolicyError(where, 'Condition must be an object');
  return Object.entries(block).flatMap(([name, keys]) => {
    if (!isObject(keys)) throw new MalformedPolicyError(where, `Condition ${name} must be an object of keys`);
    return Object.entries(keys).map(([key, values]) => parseCondition(name, key, values));
  });
}

function parseCondition(name: string, key: string, values: unknown): Condition {
  const [, set, operator = name, ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  return {
    operator,
    set: set as Condition['set'],
    ifExists: ifExists !== undefined,
    key: key.toLowerCase(),
    values: listOf(values).map(String),
  };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());
