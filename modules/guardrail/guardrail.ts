import { BedrockGuardrail } from '@cdktf/provider-aws/lib/bedrock-guardrail/index.js';
import { BedrockGuardrailVersion } from '@cdktf/provider-aws/lib/bedrock-guardrail-version/index.js';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import * as policies from './policies.ts';

/** The agent's guardrail. Functions use the numbered version, never the draft. */
export class Guardrail extends Construct {
  readonly id: string;
  readonly arn: string;
  readonly version: string;

  constructor(scope: Construct, id: string, { prefix }: Settings) {
    super(scope, id);
    const guardrail = new BedrockGuardrail(this, 'guardrail', {
      name: `${prefix}-agent`,
      description: 'What the agent refuses to read and to say',
      blockedInputMessaging: 'I cannot help with that request.',
      blockedOutputsMessaging: 'I cannot give that answer.',
      contentPolicyConfig: [
        {
          filtersConfig: [
            ...policies.harmful.map((type) => ({ type, inputStrength: 'HIGH', outputStrength: 'HIGH' })),
            // Bedrock checks for prompt attacks in input only.
            { type: 'PROMPT_ATTACK', inputStrength: 'HIGH', outputStrength: 'NONE' },
          ],
        },
      ],
      topicPolicyConfig: [
        {
          topicsConfig: policies.deniedTopics.map(({ examples, ...topic }) => ({
            ...topic,
            examples: [...examples],
            type: 'DENY',
          })),
        },
      ],
      wordPolicyConfig: [
        {
          wordsConfig: policies.markedPhrases.map((text) => ({ text })),
          managedWordListsConfig: policies.managedWordLists.map((type) => ({ type })),
        },
      ],
      sensitiveInformationPolicyConfig: [
        {
          piiEntitiesConfig: [
            ...policies.blockedSecrets.map((type) => ({ type, action: 'BLOCK' })),
            ...policies.maskedIdentifiers.map((type) => ({ type, action: 'ANONYMIZE', inputEnabled: false })),
          ],
          regexesConfig: policies.blockedPatterns.map((pattern) => ({ ...pattern, action: 'BLOCK' })),
        },
      ],
      contextualGroundingPolicyConfig: [
        { filtersConfig: [{ type: 'GROUNDING', threshold: policies.groundingThreshold }] },
      ],
    });
    const version = new BedrockGuardrailVersion(this, 'version', {
      guardrailArn: guardrail.guardrailArn,
      description: 'What the functions use',
      // A version is a copy, so a changed guardrail needs a new version. The old version stays: functions name it until the
      // rollout ends, and after a rollback. A rollout deletes versions that neither needs; the rest goes with the guardrail.
      skipDestroy: true,
      lifecycle: { createBeforeDestroy: true, replaceTriggeredBy: [addressOf(guardrail)] },
    });
    this.id = guardrail.guardrailId;
    this.arn = guardrail.guardrailArn;
    this.version = version.version;
  }
}

/** Terraform requires the bare address here; the construct itself would become an expression, which it refuses. */
const addressOf = (guardrail: BedrockGuardrail) =>
  `${BedrockGuardrail.tfResourceType}.${guardrail.friendlyUniqueId}`;
