import { describe, expect, it } from 'vitest';
import { interventionOf } from './guardrail.ts';

/** Shapes as Converse traces them (Amazon Bedrock API reference, GuardrailTraceAssessment). */
const blocked = { wordPolicy: { customWords: [{ match: 'x', action: 'BLOCKED', detected: true }] } };
const masked = {
  sensitiveInformationPolicy: {
    piiEntities: [{ type: 'EMAIL', match: 'x', action: 'ANONYMIZED', detected: true }],
  },
};
const clean = { invocationMetrics: { guardrailProcessingLatency: 3 } };
const passed = { contentPolicy: { filters: [{ type: 'HATE', confidence: 'LOW', action: 'NONE' }] } };

describe('where a guardrail intervened', () => {
  it.each([
    ['the input', { inputAssessment: { g: blocked } }, 'input'],
    ['masked input', { inputAssessment: { g: masked } }, 'input'],
    ['the output', { outputAssessments: { g: [clean, blocked] } }, 'output'],
    [
      'the output, after looking at the input',
      { inputAssessment: { g: passed }, outputAssessments: { g: [blocked] } },
      'output',
    ],
    ['both', { inputAssessment: { g: blocked }, outputAssessments: { g: [blocked] } }, 'input'],
  ])('%s', (_, guardrail, source) => {
    expect(interventionOf({ guardrail })).toEqual({ action: 'intervened', source });
  });

  it.each([[undefined], [null], [{}], [{ guardrail: 'odd' }]])(
    'is taken to be the input when the trace is %j',
    (trace) => {
      expect(interventionOf(trace).source).toBe('input');
    },
  );
});
