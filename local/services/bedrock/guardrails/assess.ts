import type { GuardrailAssessment } from '@aws-sdk/client-bedrock-runtime';
import { isCaught, judgeContent } from './detect/content.ts';
import { groundingOf } from './detect/grounding.ts';
import { findPii } from './detect/pii.ts';
import { isOnTopic } from './detect/topics.ts';
import { findManaged, findWord } from './detect/words.ts';
import type { Action, GuardrailPolicy, Source } from './policy.ts';

export interface Verdict {
  /** `blocked`: nothing may pass. `masked`: the texts pass as `texts`. */
  readonly outcome: 'passed' | 'masked' | 'blocked';
  /** The texts in the given order, with masks in place of what is masked. */
  readonly texts: readonly string[];
  readonly assessment: GuardrailAssessment;
}

/** The action that each rule reports. */
const reported = { BLOCK: 'BLOCKED', ANONYMIZE: 'ANONYMIZED', NONE: 'NONE' } as const;

interface Masking {
  readonly match: string;
  readonly mask: string;
}

/** The grounds of an answer: its sources, and the question. */
export interface Grounds {
  readonly sources: readonly string[];
  readonly question: string;
}

/**
 * Assesses texts by a guardrail.
 * @param grounds absent where a request names none; grounding is then not assessed
 */
export function assess(
  policy: GuardrailPolicy,
  source: Source,
  texts: readonly string[],
  grounds?: Grounds,
): Verdict {
  const text = texts.join('\n');
  const actions: Action[] = [];
  const acted = (action: Action) => {
    actions.push(action);
    return action;
  };
  const sensitive = assessSensitive(policy, source, text, acted);
  const assessment: GuardrailAssessment = {
    ...assessTopics(policy, source, text, acted),
    ...assessContent(policy, source, text, acted),
    ...assessWords(policy, source, text, acted),
    ...sensitive.assessment,
    ...(grounds ? assessGrounding(policy, source, text, grounds, acted) : {}),
  };
  const outcome = actions.includes('BLOCK') ? 'blocked' : actions.includes('ANONYMIZE') ? 'masked' : 'passed';
  return { outcome, assessment, texts: texts.map((one) => masked(one, sensitive.maskings)) };
}

type Acted = (action: Action) => Action;

type Part = Partial<GuardrailAssessment>;

function assessTopics({ topics }: GuardrailPolicy, source: Source, text: string, acted: Acted): Part {
  const found = topics.flatMap(({ reaction, ...topic }) => {
    const action = reaction[source];
    if (!action || !isOnTopic({ reaction, ...topic }, text)) return [];
    return [
      { name: topic.name, type: 'DENY', action: blockedOrNone(acted(action)), detected: true } as const,
    ];
  });
  return found.length > 0 ? { topicPolicy: { topics: found } } : {};
}

function assessContent({ content }: GuardrailPolicy, source: Source, text: string, acted: Acted): Part {
  const found = content.flatMap(({ type, strength, reaction }) => {
    const action = reaction[source];
    const confidence = judgeContent(type, text);
    if (!action || !confidence || !isCaught(confidence, strength[source])) return [];
    const filterStrength = strength[source];
    return [
      {
        type: type as 'HATE',
        confidence,
        filterStrength,
        action: blockedOrNone(acted(action)),
        detected: true,
      },
    ];
  });
  return found.length > 0 ? { contentPolicy: { filters: found } } : {};
}

function assessWords(
  { words, managedLists }: GuardrailPolicy,
  source: Source,
  text: string,
  acted: Acted,
): Part {
  const customWords = words.flatMap(({ text: word, reaction }) => {
    const action = reaction[source];
    if (!action) return [];
    return findWord(word, text).map((match) => ({
      match,
      action: blockedOrNone(acted(action)),
      detected: true,
    }));
  });
  const managedWordLists = managedLists.flatMap(({ type, reaction }) => {
    const action = reaction[source];
    if (!action) return [];
    return findManaged(type, text).map((match) => ({
      match,
      type: type as 'PROFANITY',
      action: blockedOrNone(acted(action)),
      detected: true,
    }));
  });
  return customWords.length + managedWordLists.length > 0
    ? { wordPolicy: { customWords, managedWordLists } }
    : {};
}

function assessSensitive({ pii, regexes }: GuardrailPolicy, source: Source, text: string, acted: Acted) {
  const maskings: Masking[] = [];
  const note = (action: Action, match: string, name: string) => {
    if (acted(action) === 'ANONYMIZE') maskings.push({ match, mask: `{${name}}` });
    return { match, action: reported[action], detected: true };
  };
  const piiEntities = pii.flatMap(({ type, reaction }) => {
    const action = reaction[source];
    if (!action) return [];
    return findPii(type, text).map((match) => ({ type: type as 'EMAIL', ...note(action, match, type) }));
  });
  const found = regexes.flatMap(({ name, pattern, reaction }) => {
    const action = reaction[source];
    if (!action) return [];
    return [...text.matchAll(pattern)]
      .filter(([match]) => match !== '')
      .map(([match]) => ({ name, regex: pattern.source, ...note(action, match, name) }));
  });
  const assessment =
    piiEntities.length + found.length > 0
      ? { sensitiveInformationPolicy: { piiEntities, regexes: found } }
      : {};
  return { assessment, maskings };
}

/** Bedrock reports the score also where it is high enough. */
function assessGrounding(
  { grounding }: GuardrailPolicy,
  source: Source,
  text: string,
  { sources, question }: Grounds,
  acted: Acted,
): Part {
  const filters = grounding.flatMap(({ type, threshold, reaction }) => {
    const reacts = reaction[source];
    if (!reacts) return [];
    const score = groundingOf(text, sources, question);
    const detected = score < threshold;
    const action = detected ? blockedOrNone(acted(reacts)) : ('NONE' as const);
    return [{ type: type as 'GROUNDING', threshold, score, action, detected }];
  });
  return filters.length > 0 ? { contextualGroundingPolicy: { filters } } : {};
}

/** Topics, filters, words and grounding can only block or let pass. */
const blockedOrNone = (action: Action): 'NONE' | 'BLOCKED' => (action === 'NONE' ? 'NONE' : 'BLOCKED');

/** Longest first, so that a match inside another does not break it up. */
function masked(text: string, maskings: readonly Masking[]): string {
  return [...maskings]
    .sort((a, b) => b.match.length - a.match.length)
    .reduce((rest, { match, mask }) => rest.replaceAll(match, mask), text);
}
