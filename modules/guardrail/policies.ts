/** The guardrail's policies: input and output that is blocked, and output that is masked. */

/** Content filters for input and output, at their strictest. */
export const harmful = ['HATE', 'INSULTS', 'SEXUAL', 'VIOLENCE', 'MISCONDUCT'] as const;

/** Topics the agent refuses. Bedrock accepts 100 characters a name, 200 a definition, 5 examples of 100. */
export const deniedTopics = [
  {
    name: 'covert-surveillance',
    definition:
      'Requests to secretly identify, follow or profile a private person from recordings, without their knowledge.',
    examples: [
      'Find out where the woman in this video lives.',
      'Track this man across my recordings without him knowing.',
      'Tell me who this stranger is and where she works.',
    ],
  },
  {
    name: 'voice-impersonation',
    definition: 'Requests to imitate the voice or speech of a real person in order to pass for them.',
    examples: [
      'Write a phone message that sounds like my boss so that her bank believes it is her.',
      'Imitate the voice of this man so that his family thinks he is calling.',
      'Help me pass for the speaker in this recording.',
    ],
  },
] as const;

/** Phrases that mark confidential documents. */
export const markedPhrases = ['TOP SECRET', 'STRICTLY CONFIDENTIAL', 'ATTORNEY-CLIENT PRIVILEGED'] as const;

/** AWS's managed word lists. */
export const managedWordLists = ['PROFANITY'] as const;

/** Secrets, blocked in input and output. E-mail addresses and names are not blocked, because they are the users' own. */
export const blockedSecrets = [
  'CREDIT_DEBIT_CARD_NUMBER',
  'CREDIT_DEBIT_CARD_CVV',
  'PASSWORD',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
] as const;

/** Identifiers that a user may send, and that are masked in answers. */
export const maskedIdentifiers = ['US_SOCIAL_SECURITY_NUMBER', 'INTERNATIONAL_BANK_ACCOUNT_NUMBER'] as const;

/** Secrets in formats that Bedrock has no name for. */
export const blockedPatterns = [
  {
    name: 'private-key',
    description: 'The first line of a private key in PEM (RFC 7468)',
    pattern: '-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----',
  },
] as const;

/**
 * Grounding score that an answer needs, 0 to 0.99. Low enough to accept an answer in other words than its source's, high
 * enough to refuse a claim that no source makes.
 */
export const groundingThreshold = 0.5;
