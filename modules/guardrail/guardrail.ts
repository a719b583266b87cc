import { BedrockGuardrail } from '@cdktf/provider-aws/lib/bedrock-guardrail/index.js';
import { BedrockGuardrailVersion } from '@cdktf/provider-aws/lib/bedrock-guardrail-version/index.js';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

const harmful = ['HATE', 'INSULTS', 'SEXUAL', 'VIOLENCE', 'MISCONDUCT'];

/** What no one should put into a chat, and no answer should give away. E-mail addresses and names are the users' own. */
const secrets = [
  'CREDIT_DEBIT_CARD_NUMBER',
  'CREDIT_DEBIT_CARD_CVV',
  'PASSWORD',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
];

/** What the agent refuses to read and to say. Functions use the numbered version, never the draft. */
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
            ...harmful.map((type) => ({ type, inputStrength: 'HIGH', outputStrength: 'HIGH' })),
            // Bedrock looks for attacks on the prompt in input only.
            { type: 'PROMPT_ATTACK', inputStrength: 'HIGH', outputStrength: 'NONE' },
          ],
        },
      ],
      topicPolicyConfig: [
        {
          topicsConfig: [
            {
              name: 'covert-surveillance',
              type: 'DENY',
              definition:
                'Requests to secretly identify, follow or profile a private person from recordings, without their knowledge.',
              examples: [
                'Find out where the woman in this video lives.',
                'Track this man across my recordings without him knowing.',
                'Tell me who this stranger is and where she works.',
              ],
            },
          ],
        },
      ],
      wordPolicyConfig: [{ managedWordListsConfig: [{ type: 'PROFANITY' }] }],
      sensitiveInformationPolicyConfig: [
        { piiEntitiesConfig: secrets.map((type) => ({ type, action: 'BLOCK' })) },
      ],
    });
    const version = new BedrockGuardrailVersion(this, 'version', {
      guardrailArn: guardrail.guardrailArn,
      description: 'What the functions use',
      // A version is a copy, so a changed guardrail needs a new one; the old goes once no function names it.
      lifecycle: { createBeforeDestroy: true, replaceTriggeredBy: [addressOf(guardrail)] },
    });
    this.id = guardrail.guardrailId;
    this.arn = guardrail.guardrailArn;
    this.version = version.version;
  }
}

/** Terraform wants the bare address here; the construct itself would be written as an expression, which it refuses. */
const addressOf = (guardrail: BedrockGuardrail) =>
  `${BedrockGuardrail.tfResourceType}.${guardrail.friendlyUniqueId}`;
