import type { Strength } from '../policy.ts';
import * as attack from './prompt-attack.ts';

/**
 * Harmful content by tell-tale phrases. A model judges meaning; this list only catches plain cases, enough to see the
 * guardrail work.
 */

export type Confidence = Exclude<Strength, 'NONE'>;

const phrases: Readonly<Record<string, Readonly<Partial<Record<Confidence, RegExp>>>>> = {
  HATE: {
    HIGH: /\b(?:hate|despise|exterminate|get rid of) (?:all )?(?:the )?(?:immigrants|foreigners|jews|muslims|christians|blacks|whites|gays|women|refugees)\b/iu,
    MEDIUM: /\b(?:those|these) people are (?:vermin|subhuman|animals|a disease)\b/iu,
  },
  INSULTS: {
    HIGH: /\byou(?:'re|’re| are)? (?:an? |such an? )?(?:\w+ )?(?:idiot|moron|imbecile|loser|scum)\b/iu,
    MEDIUM: /\b(?:shut up,? you|you (?:are|’re|'re) (?:so )?(?:stupid|pathetic|worthless))\b/iu,
  },
  SEXUAL: {
    HIGH: /\b(?:explicit sex|pornographic|porn|nude (?:pictures|photos|images) of)\b/iu,
    MEDIUM: /\b(?:erotic (?:story|stories)|sex scene)\b/iu,
  },
  VIOLENCE: {
    HIGH: /\b(?:how (?:do i|can i|to) (?:kill|murder|poison|torture|stab|hurt) (?:someone|somebody|a person|people|him|her|them|my \w+)|i(?:'ll|’ll| will) kill (?:you|him|her|them))\b/iu,
    MEDIUM: /\b(?:build|make|assemble) (?:a |an )?(?:pipe )?bomb\b/iu,
  },
  MISCONDUCT: {
    HIGH: /\bhow (?:do i|can i|to) (?:launder money|forge (?:a )?(?:passport|documents?|signature)|hack into|steal (?:a |someone|my )|commit fraud|cook meth)\b/iu,
    MEDIUM:
      /\b(?:pick (?:a|the) lock of someone|fake (?:id|identity) (?:card|document)|write (?:me )?(?:a )?(?:phishing|malware|ransomware))\b/iu,
  },
  PROMPT_ATTACK: { HIGH: attack.surely, MEDIUM: attack.likely },
};

const order = ['HIGH', 'MEDIUM', 'LOW'] as const;

/** How surely a text is of a category; undefined when nothing tells. */
export function judgeContent(category: string, text: string): Confidence | undefined {
  return order.find((confidence) => phrases[category]?.[confidence]?.test(text));
}

/** Whether a filter of some strength acts on a confidence: LOW on HIGH only, HIGH on everything. */
export function isCaught(confidence: Confidence, strength: Strength): boolean {
  const least = { NONE: 0, LOW: 3, MEDIUM: 2, HIGH: 1 }[strength];
  return least > 0 && { LOW: 1, MEDIUM: 2, HIGH: 3 }[confidence] >= least;
}
