import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './aggregate.ts';
import { completeTurn, deleteSession, failTurn, open, session, startSession, stopAnswer } from './session.ts';

const turn = {
  message: 'hi',
  reply: 'hello',
  toolCalls: [],
  citations: [],
  usage: { inputTokens: 1, outputTokens: 1 },
  model: 'm',
  stopReason: 'endTurn',
};

describe('a session', () => {
  it('starts with its first turn, also a failed one, and numbers only completed turns', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1 }), (outcomes) => {
        let state = session.initialState;
        const types: string[] = [];
        for (const well of outcomes) {
          const events = well ? completeTurn(state, turn) : failTurn(state, 'no model');
          types.push(...events.map(({ type }) => type));
          state = fold(session, events, state);
        }
        expect(types.filter((type) => type === 'SessionStarted')).toHaveLength(1);
        expect(types[0]).toBe('SessionStarted');
        expect(state).toEqual({ status: 'open', turns: outcomes.filter(Boolean).length });
      }),
    );
  });

  it('does not start again for its first answer', () => {
    const started = fold(session, startSession(session.initialState));

    expect(startSession(started)).toEqual([]);
    expect(completeTurn(started, turn).map(({ type }) => type)).toEqual(['TurnCompleted']);
    expect(failTurn(started, 'no model').map(({ type }) => type)).toEqual(['TurnFailed']);
  });

  it('accepts any number of stop requests, which change nothing else', () => {
    const before = fold(session, completeTurn(session.initialState, turn));
    const stopEvents = stopAnswer(before, 's');

    expect(stopEvents).toEqual([{ type: 'AnswerStopped', data: {} }]);
    expect(fold(session, [...stopEvents, ...stopEvents], before)).toEqual(before);
    expect(() => stopAnswer(session.initialState, 's')).toThrow(/no session with the id s/);
  });

  it('that was deleted is not found, and accepts no more turns', () => {
    const started = fold(session, completeTurn(session.initialState, turn));
    const gone = fold(session, deleteSession(started, 's'), started);

    expect(() => open(gone, 's')).toThrow(/no session with the id s/);
    expect(() => open(session.initialState, 's')).toThrow(/no session with the id s/);
    expect(() => stopAnswer(gone, 's')).toThrow(/no session with the id s/);
    expect(startSession(gone)).toEqual([]);
    expect(completeTurn(gone, turn)).toEqual([]);
    expect(failTurn(gone, 'late')).toEqual([]);
  });
});
