import { describe, expect, it } from 'vitest';
import { standInNote } from '../../stand-in.ts';
import { groundingOf } from './grounding.ts';

const sources = [
  'The lighthouse at Cape Aurora was automated in 1987.',
  'Ines Duarte kept it for thirty years.',
];
const id = '0197a3c0-0000-7000-8000-0000000000aa';
const score = (answer: string) => groundingOf(answer, sources, 'When was it automated?');

describe('an answer', () => {
  it.each([
    `This is what I found:\n\n“${sources[0]}” [${id}] (12–18.5 s)\n\n${standInNote}`,
    'Cape Aurora’s lighthouse was automated in 1987.',
    'Yes.',
  ])('that its sources support has a high score: %s', (answer) => {
    expect(score(answer)).toBeGreaterThanOrEqual(0.75);
  });

  it.each([
    `The harbour master sold seven boats to pirates [${id}].`,
    `“${sources[0]}” [${id}] Afterwards dragons burned down every village nearby.`,
  ])('that contains an unsupported claim has a low score, whatever else it contains: %s', (answer) => {
    expect(score(answer)).toBeLessThan(0.25);
  });
});
