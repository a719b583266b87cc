import { StackError, type StackResource } from '../../../contracts.ts';
import { isRecord } from '../json.ts';

/** The rules of a guardrail of the stack, in the stand-in's terms. */

export type Source = 'INPUT' | 'OUTPUT';
export type Action = 'BLOCK' | 'ANONYMIZE' | 'NONE';
export type Strength = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';

/** The action for each source; `undefined` where a rule does not apply to it. */
export type Reaction = Readonly<Record<Source, Action | undefined>>;

export interface ContentRule {
  readonly type: string;
  readonly strength: Readonly<Record<Source, Strength>>;
  readonly reaction: Reaction;
}
export interface TopicRule {
  readonly name: string;
  readonly definition: string;
  readonly examples: readonly string[];
  readonly reaction: Reaction;
}
export interface WordRule {
  readonly text: string;
  readonly reaction: Reaction;
}
export interface ManagedListRule {
  readonly type: string;
  readonly reaction: Reaction;
}
export interface PiiRule {
  readonly type: string;
  readonly reaction: Reaction;
}
export interface RegexRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly reaction: Reaction;
}

export interface GroundingRule {
  readonly type: string;
  /** Score from which an answer passes, 0 to 1. */
  readonly threshold: number;
  readonly reaction: Reaction;
}

export interface GuardrailPolicy {
  readonly id: string;
  readonly arn: string;
  readonly blockedInput: string;
  readonly blockedOutput: string;
  readonly content: readonly ContentRule[];
  readonly topics: readonly TopicRule[];
  readonly words: readonly WordRule[];
  readonly managedLists: readonly ManagedListRule[];
  readonly pii: readonly PiiRule[];
  readonly regexes: readonly RegexRule[];
  readonly grounding: readonly GroundingRule[];
}

type Block = Readonly<Record<string, unknown>>;

/**
 * The policy of an `aws_bedrock_guardrail`.
 * @throws StackError naming a regex that is not valid
 */
export function policyOf({ values, address }: StackResource): GuardrailPolicy {
  const content = blocks(values.content_policy_config);
  const topics = blocks(values.topic_policy_config);
  const words = blocks(values.word_policy_config);
  const sensitive = blocks(values.sensitive_information_policy_config);
  const grounding = blocks(values.contextual_grounding_policy_config);
  const inside = (parents: Block[], name: string) => parents.flatMap((parent) => blocks(parent[name]));
  return {
    id: String(values.guardrail_id),
    arn: String(values.guardrail_arn),
    blockedInput: String(values.blocked_input_messaging),
    blockedOutput: String(values.blocked_outputs_messaging),
    content: inside(content, 'filters_config').map((block) => ({
      type: String(block.type),
      strength: { INPUT: strength(block.input_strength), OUTPUT: strength(block.output_strength) },
      reaction: reactionOf(block, 'BLOCK'),
    })),
    topics: inside(topics, 'topics_config').map((block) => ({
      name: String(block.name),
      definition: String(block.definition),
      examples: Array.isArray(block.examples) ? block.examples.map(String) : [],
      reaction: reactionOf(block, 'BLOCK'),
    })),
    words: inside(words, 'words_config').map((block) => ({
      text: String(block.text),
      reaction: reactionOf(block, 'BLOCK'),
    })),
    managedLists: inside(words, 'managed_word_lists_config').map((block) => ({
      type: String(block.type),
      reaction: reactionOf(block, 'BLOCK'),
    })),
    pii: inside(sensitive, 'pii_entities_config').map((block) => ({
      type: String(block.type),
      reaction: reactionOf(block, action(block.action) ?? 'BLOCK'),
    })),
    regexes: inside(sensitive, 'regexes_config').map((block) => ({
      name: String(block.name),
      pattern: regexOf(block, address),
      reaction: reactionOf(block, action(block.action) ?? 'BLOCK'),
    })),
    grounding: inside(grounding, 'filters_config').map((block) => ({
      type: String(block.type),
      threshold: Number(block.threshold),
      reaction: { INPUT: undefined, OUTPUT: action(block.action) ?? 'BLOCK' },
    })),
  };
}

function reactionOf(block: Block, usual: Action): Reaction {
  const of = (enabled: unknown, own: unknown) => (enabled === false ? undefined : (action(own) ?? usual));
  return {
    INPUT: of(block.input_enabled, block.input_action),
    OUTPUT: of(block.output_enabled, block.output_action),
  };
}

function regexOf({ name, pattern }: Block, address: string): RegExp {
  try {
    return new RegExp(String(pattern), 'gu');
  } catch (cause) {
    throw new StackError(`${address}: the regex "${name}" is not valid; correct its pattern.`, { cause });
  }
}

const action = (value: unknown): Action | undefined =>
  value === 'BLOCK' || value === 'ANONYMIZE' || value === 'NONE' ? value : undefined;

const strength = (value: unknown): Strength =>
  value === 'LOW' || value === 'MEDIUM' || value === 'HIGH' ? value : 'NONE';

/** Terraform JSON writes a block as an object or as a list of them. */
function blocks(value: unknown): Block[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}
