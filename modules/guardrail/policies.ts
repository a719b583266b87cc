/** What the agent refuses to read and to say, and what it says only masked. */

/** Content filters that look both ways, at their strictest. */
export const harmful = ['HATE', 'INSULTS', 'SEXUAL', 'VIOLENCE', 'MISCONDUCT'] as const;

/** Subjects the agent does not talk about. Bedrock takes 100 characters a name, 200 a definition, 5 examples of 100. */
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

/** Phrases that mark what is not to leave an organisation, whoever wrote them. */
export const markedPhrases = ['TOP SECRET', 'STRICTLY CONFIDENTIAL', 'ATTORNEY-CLIENT PRIVILEGED'] as const;

/** Lists of words that AWS keeps. */
export const managedWordLists = ['PROFANITY'] as const;

/** What no one should put into a chat, and no answer should give away. E-mail addresses and names are the users' own. */
export const blockedSecrets = [
  'CREDIT_DEBIT_CARD_NUMBER',
  'CREDIT_DEBIT_CARD_CVV',
  'PASSWORD',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
] as const;

/** What a user may ask with, and an answer gives back masked only. */
export const maskedIdentifiers = ['US_SOCIAL_SECURITY_NUMBER', 'INTERNATIONAL_BANK_ACCOUNT_NUMBER'] as const;

/** Secrets with a form of their own that Bedrock has no name for. */
export const blockedPatterns = [
  {
    name: 'private-key',
    description: 'The first line of a private key in PEM (RFC 7468)',
    pattern: '-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----',
  },
] as const;

/**
 * Share of an answer that must be borne out by what it was made from, 0 to 0.99. Low enough for an answer in other words
 * than its source's, high enough for one that says what no source says.
 */
export const groundingThreshold = 0.5;
