import type {
  ApplyGuardrailRequest,
  ApplyGuardrailResponse,
  GuardrailUsage,
} from '@aws-sdk/client-bedrock-runtime';
import type { Logger, Stack } from '../../../contracts.ts';
import { invalid, notFound } from '../errors.ts';
import { assess, type Grounds, type Verdict } from './assess.ts';
import { readContent } from './content.ts';
import { canDetect } from './detect/pii.ts';
import { type GuardrailPolicy, policyOf, type Source } from './policy.ts';

/** Characters of one text unit. Amazon Bedrock pricing: a text unit holds up to 1,000 characters. */
const unitCharacters = 1000;

/** The guardrails of the stack. */
export class Guardrails {
  readonly #policies: readonly GuardrailPolicy[];
  readonly #versions: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(stack: Stack, logger: Logger) {
    this.#policies = stack.of('aws_bedrock_guardrail').map(policyOf);
    this.#versions = new Map(this.#policies.map(({ arn }) => [arn, versionsOf(stack, arn)]));
    const blind = this.#policies
      .flatMap(({ pii }) => pii.map(({ type }) => type))
      .filter((type) => !canDetect(type));
    if (blind.length > 0) {
      logger.warn(`The local guardrail cannot find ${[...new Set(blind)].join(', ')}: that needs a model.`);
    }
  }

  /**
   * The guardrail a request names by id or ARN.
   * @throws AwsError `ResourceNotFoundException` for an id or version the stack does not hold
   */
  find(identifier: string | undefined, version: string | undefined): GuardrailPolicy {
    const policy = this.#policies.find(({ id, arn }) => identifier === id || identifier === arn);
    if (!policy) throw notFound(`The guardrail ${identifier} does not exist in this stack`);
    if (version === undefined || !this.#versions.get(policy.arn)?.has(version)) {
      throw notFound(`The guardrail ${identifier} has no version ${version}`);
    }
    return policy;
  }
}

function versionsOf(stack: Stack, arn: string): Set<string> {
  const numbered = stack
    .of('aws_bedrock_guardrail_version')
    .filter(({ values }) => values.guardrail_arn === arn);
  return new Set(['DRAFT', ...numbered.map(({ values }) => String(values.version))]);
}

/** Answers ApplyGuardrail. */
export function applyGuardrail(
  policy: GuardrailPolicy,
  request: ApplyGuardrailRequest,
): ApplyGuardrailResponse {
  const source = parseSource(request.source);
  const { guarded: texts, grounds } = readContent(request);
  const { outcome, texts: passed, assessment } = assess(policy, source, texts, grounds);
  const outputs = {
    passed: [],
    masked: passed.map((text) => ({ text })),
    blocked: [{ text: source === 'INPUT' ? policy.blockedInput : policy.blockedOutput }],
  }[outcome];
  return {
    action: outcome === 'passed' ? 'NONE' : 'GUARDRAIL_INTERVENED',
    ...(outcome === 'passed' ? {} : { actionReason: `Guardrail ${outcome}.` }),
    outputs,
    assessments: [assessment],
    usage: guardrailUsage(policy, texts, grounds),
    guardrailCoverage: coverageOf(texts),
  };
}

function parseSource(source: string | undefined): Source {
  if (source === 'INPUT' || source === 'OUTPUT') return source;
  throw invalid('source: must be INPUT or OUTPUT');
}

/** An assessment as a Converse trace has it: the findings and their metrics. */
export const withMetrics = ({ assessment }: Verdict, policy: GuardrailPolicy, texts: readonly string[]) => ({
  ...assessment,
  invocationMetrics: {
    guardrailProcessingLatency: 0,
    usage: guardrailUsage(policy, texts),
    guardrailCoverage: coverageOf(texts),
  },
});

function guardrailUsage(
  policy: GuardrailPolicy,
  texts: readonly string[],
  grounds?: Grounds,
): GuardrailUsage {
  const units = Math.ceil(characters(texts) / unitCharacters);
  const held = grounds ? [...grounds.sources, grounds.question, ...texts] : [];
  const unitsIf = (used: boolean) => (used ? units : 0);
  return {
    topicPolicyUnits: unitsIf(policy.topics.length > 0),
    contentPolicyUnits: unitsIf(policy.content.length > 0),
    wordPolicyUnits: unitsIf(policy.words.length + policy.managedLists.length > 0),
    sensitiveInformationPolicyUnits: unitsIf(policy.pii.length > 0),
    sensitiveInformationPolicyFreeUnits: unitsIf(policy.regexes.length > 0),
    contextualGroundingPolicyUnits: Math.ceil(characters(held) / unitCharacters),
  };
}

const coverageOf = (texts: readonly string[]) => ({
  textCharacters: { guarded: characters(texts), total: characters(texts) },
});

const characters = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
