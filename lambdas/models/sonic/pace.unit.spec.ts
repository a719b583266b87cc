import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Pace } from './pace.ts';

const frame = 0.032;

describe('Pace', () => {
  it('passes audio at the speed of speech', async () => {
    const waits: number[] = [];
    const pace = new Pace(1, new AbortController().signal);
    const started = performance.now();

    for (let frames = 0; frames < 10; frames += 1) {
      await pace.sent(frame);
      waits.push(performance.now() - started);
    }

    // No frame is sent before its time; timers are slightly inexact.
    for (const [place, waited] of waits.entries()) {
      expect(waited).toBeGreaterThan((place + 1) * frame * 1000 - 12);
    }
  });

  it('does not delay audio at pace 0', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const pace = new Pace(0, new AbortController().signal);

    for (let frames = 0; frames < 1000; frames += 1) await pace.sent(frame);

    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('stops waiting at the time limit', async () => {
    const time = new AbortController();
    const waiting = new Pace(1, time.signal).sent(60);
    await turnOfTheLoop();

    time.abort();

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
