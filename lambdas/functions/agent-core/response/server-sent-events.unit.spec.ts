import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventStream, sseEvent, sseHeartbeat } from './server-sent-events.ts';

afterEach(() => void vi.useRealTimers());

/** The events that a client reads (HTML standard, "Interpreting an event stream"), each of one data line. */
function read(wire: string): { event: string | undefined; data: string | undefined }[] {
  const field = (block: string, name: string) =>
    block
      .split(/\r\n|\n|\r/)
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const blocks = wire.split(/\n\n/).filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => ({ event: field(block, 'event'), data: field(block, 'data') }));
}

describe('an event on the wire', () => {
  it('carries any text unchanged, line breaks included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const [received] = read(sseEvent('text', { text: words }));

        expect(received?.event).toBe('text');
        expect(JSON.parse(received?.data ?? '')).toEqual({ text: words });
      }),
    );
  });
});

describe('an event stream', () => {
  it('opens with its first event', () => {
    // Prepare
    const open = vi.fn(() => new PassThrough());
    const events = eventStream(open);

    // Act
    const before = events.opened;
    events.send('text', { text: 'a' });
    events.send('text', { text: 'b' });
    events.end();

    // Assess
    expect(before).toBe(false);
    expect(events.opened).toBe(true);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('holds the session’s id back until the first text', async () => {
    // Prepare
    const stream = new PassThrough();
    const events = eventStream(() => stream);
    const session = { sessionId: '019c0000-0000-7000-8000-000000000000' };

    // Act
    events.send('session', session);
    const before = events.opened;
    events.send('text', { text: 'a' });
    events.end();

    // Assess
    expect(before).toBe(false);
    expect(await text(stream)).toBe(sseEvent('session', session) + sseEvent('text', { text: 'a' }));
  });

  it('opens with the session’s id after a silence, then sends comments', async () => {
    // Prepare
    vi.useFakeTimers();
    const stream = new PassThrough();
    const events = eventStream(() => stream, 1000);
    const session = { sessionId: '019c0000-0000-7000-8000-000000000000' };

    // Act
    events.send('session', session);
    vi.advanceTimersByTime(999);
    const early = events.opened;
    vi.advanceTimersByTime(1);
    const late = events.opened;
    vi.advanceTimersByTime(2000);
    events.end();

    // Assess
    vi.useRealTimers();
    expect([early, late]).toEqual([false, true]);
    expect(await text(stream)).toBe(sseEvent('session', session) + sseHeartbeat + sseHeartbeat);
  });

  it('does not open for an end without events', () => {
    // Prepare
    vi.useFakeTimers();
    const open = vi.fn(() => new PassThrough());
    const events = eventStream(open, 1000);

    // Act
    events.send('session', { sessionId: '019c0000-0000-7000-8000-000000000000' });
    events.end();
    vi.advanceTimersByTime(5000);

    // Assess
    expect(open).not.toHaveBeenCalled();
  });

  it('sends a comment after each silence, and none after the end', async () => {
    // Prepare
    vi.useFakeTimers();
    const stream = new PassThrough();
    const events = eventStream(() => stream, 1000);

    // Act
    events.send('text', { text: 'a' });
    vi.advanceTimersByTime(900);
    events.send('text', { text: 'b' });
    vi.advanceTimersByTime(900);
    vi.advanceTimersByTime(200);
    events.end();
    vi.advanceTimersByTime(5000);

    // Assess
    vi.useRealTimers();
    const [a, b] = [sseEvent('text', { text: 'a' }), sseEvent('text', { text: 'b' })];
    expect(await text(stream)).toBe(a + b + sseHeartbeat);
  });

  it('sends nothing to a disconnected client', () => {
    // Prepare
    const stream = new PassThrough();
    const events = eventStream(() => stream);
    const failed = vi.fn();
    stream.on('error', failed);

    // Act
    events.send('text', { text: 'a' });
    stream.destroy();
    events.send('text', { text: 'b' });
    events.end();

    // Assess
    expect(failed).not.toHaveBeenCalled();
  });
});
