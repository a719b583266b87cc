import type { AnalysisFindings } from '@nova/shared/api/media';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { parseFindings, tidied } from './findings.ts';

const findings: AnalysisFindings = {
  scenes: [{ start: 0, end: 4, description: 'A yard' }],
  timeline: [{ time: 1, description: 'A car stops' }],
  anomalies: [{ start: 2, end: 3, severity: 'high', confidence: 0.9, reason: 'Smoke' }],
  answers: [{ question: 'Who?', answer: 'Nobody' }],
};
const json = JSON.stringify(findings);

describe('parseFindings', () => {
  it.each([
    ['plain', json],
    ['in a fence', `\`\`\`json\n${json}\n\`\`\``],
    ['with words around it', `Here it is:\n${json}\nI hope this helps.`],
  ])('reads JSON %s', (_, text) => {
    expect(parseFindings(text)).toEqual({ valid: true, findings });
  });

  it.each([
    ['no JSON', 'I cannot watch videos.', 'no JSON object'],
    ['nothing', '', 'no JSON object'],
    ['JSON cut short', json.slice(0, -20), 'not valid JSON'],
    ['a missing field', JSON.stringify({ ...findings, scenes: undefined }), 'scenes'],
    ['a wrong type', json.replace('0.9', '"very"'), 'anomalies[0].confidence'],
    ['a time before the start', json.replace('"start":0', '"start":-1'), 'scenes[0].start'],
  ])('names the fault of %s', (_, text, reason) => {
    const parsed = parseFindings(text);

    expect(parsed).toMatchObject({ valid: false, reason: expect.stringContaining(reason) });
  });

  it('never throws, whatever a model writes', () => {
    fc.assert(fc.property(fc.string(), (text) => parseFindings(`{${text}}`) !== undefined));
  });
});

describe('tidied', () => {
  const seconds = 10;
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  const span = fc.record({ start: time, end: time, description: fc.string() });

  it('puts everything inside the video and in order, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(span), fc.array(time), (scenes, times) => {
        const timeline = times.map((at) => ({ time: at, description: '' }));

        const cleanUp = tidied({ ...findings, scenes, timeline }, {}, seconds);

        expect(cleanUp.scenes).toHaveLength(scenes.length);
        for (const { start, end } of cleanUp.scenes) {
          expect(0 <= start && start <= end && end <= seconds).toBe(true);
        }
        const starts = cleanUp.scenes.map(({ start }) => start);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        const moments = cleanUp.timeline.map((moment) => moment.time);
        expect(moments).toEqual([...moments].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps only the requested findings', () => {
    expect(tidied(findings, { detect: ['timeline'] }, seconds)).toMatchObject({ anomalies: [], answers: [] });
    expect(tidied(findings, { detect: ['anomalies'], questions: ['Who?'] }, seconds)).toMatchObject({
      timeline: [],
      answers: findings.answers,
    });
  });
});

describe('an answer of any size', () => {
  it('is read in time linear in its length', () =>
    expectLinearOf(parseFindings, ['{', '}', '{"scenes":[', '0,', '"', '\\', '```json', '1e', ' '], {
      size: 16 * 1024,
      numRuns: 20,
    }));

  it('that is wrong throughout gets a reason of a bounded size', () => {
    const parsed = parseFindings(`{"scenes":[${'0,'.repeat(20_000)}0]}`);

    expect(parsed).toMatchObject({ valid: false, reason: expect.stringContaining('scenes') });
    expect(parsed.valid ? '' : parsed.reason).toHaveLength(2000);
  });
});
