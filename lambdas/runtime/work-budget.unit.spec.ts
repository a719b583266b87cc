import { describe, expect, it } from 'vitest';
import { workBudget } from './work-budget.ts';

const refusal = () => new RangeError('too long');
const none = { cpuMs: 1e9, wallMs: 1e9, shareMs: 1e9 };

describe('a budget of work', () => {
  it('is not spent at first', () => {
    expect(workBudget(none, refusal)).not.toThrow();
  });

  it('ends with the refusal once the processor has worked its time', () => {
    expect(workBudget({ ...none, cpuMs: 0 }, refusal)).toThrow('too long');
  });

  it('ends with the refusal on the clock if the work had its share of the processor', () => {
    expect(workBudget({ ...none, wallMs: 0, shareMs: 0 }, refusal)).toThrow('too long');
  });

  it('ends so that the work is tried again if it had less', () => {
    expect(workBudget({ ...none, wallMs: 0 }, refusal)).toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    );
  });
});
