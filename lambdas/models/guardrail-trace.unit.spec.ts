import { describe, expect, it } from 'vitest';
import { interventionOf, policiesIn } from './guardrail-trace.ts';

/** Traces of Converse (Amazon Bedrock API reference, GuardrailTraceAssessment). */
const blocked = { wordPolicy: { customWords: [{ match: 'x', action: 'BLOCKED', detected: true }] } };
const masked = {
  sensitiveInformationPolicy: {
    piiEntities: [{ type: 'EMAIL', match: 'x', action: 'ANONYMIZED', detected: true }],
  },
};
const clean = { invocationMetrics: { guardrailProcessingLatency: 3 } };
const passed = { contentPolicy: { filters: [{ type: 'HATE', confidence: 'LOW', action: 'NONE' }] } };

describe('the source of an intervention', () => {
  it.each([
    ['the input', { inputAssessment: { g: blocked } }, 'input', ['word']],
    ['masked input', { inputAssessment: { g: masked } }, 'input', ['pii:EMAIL']],
    ['the output', { outputAssessments: { g: [clean, blocked] } }, 'output', ['word']],
    [
      'the output, after an assessment of the input',
      { inputAssessment: { g: passed }, outputAssessments: { g: [blocked, masked] } },
      'output',
      ['word', 'pii:EMAIL'],
    ],
    [
      'the input, when both have findings',
      { inputAssessment: { g: masked }, outputAssessments: { g: [blocked] } },
      'input',
      ['pii:EMAIL'],
    ],
  ])('is %s', (_, guardrail, source, policies) => {
    expect(interventionOf({ guardrail })).toEqual({ action: 'intervened', source, policies });
  });

  it.each([[undefined], [null], [{}], [{ guardrail: 'odd' }]])(
    'is the input when the trace is %j',
    (trace) => {
      expect(interventionOf(trace)).toEqual({ action: 'intervened', source: 'input', policies: [] });
    },
  );
});

describe('policies that intervened', () => {
  const finding = { match: 'the secret', action: 'BLOCKED', type: 'TYPE', name: 'name' };
  const everything = {
    topicPolicy: { topics: [finding] },
    contentPolicy: { filters: [finding] },
    wordPolicy: { customWords: [finding, finding], managedWordLists: [finding] },
    sensitiveInformationPolicy: { piiEntities: [finding], regexes: [finding] },
    contextualGroundingPolicy: { filters: [finding] },
  };

  it('are named by their kind, each once, and never by the matched text', () => {
    expect(policiesIn([everything, { g: everything }])).toEqual([
      ...['topic:name', 'content:TYPE', 'word', 'word:TYPE', 'pii:TYPE', 'regex:name', 'grounding:TYPE'],
    ]);
  });

  it('are named by their list when this build does not know them', () => {
    expect(policiesIn({ newPolicy: { oddities: [finding] } })).toEqual(['oddities']);
  });

  it('do not include policies that only detected', () => {
    const looked = { contentPolicy: { filters: [{ ...finding, action: 'NONE' }] } };

    expect(policiesIn([looked, clean, null, 'odd', {}])).toEqual([]);
  });
});
