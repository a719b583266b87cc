import type { OperatorDependencies } from '../../../../lambdas/functions/event-projector/operator/dependencies.ts';

/** The process died: nothing it does from then on has an effect. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Parts of a projector that dies at the nth call it makes of anything outside itself, before or after its effect. */
export function crashing(dependencies: OperatorDependencies, nth: number): OperatorDependencies {
  let calls = 0;
  const step =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls > nth) throw new Crash();
      const result = await call(...args);
      // The answer of the last call is lost; its effect is not.
      if (calls >= nth) throw new Crash();
      return result;
    };
  const { states, history } = dependencies;
  return {
    ...dependencies,
    states: { load: step(states.load), save: step(states.save) },
    history: { read: step(history.read), since: step(history.since) },
    publish: step(dependencies.publish),
    quarantine: step(dependencies.quarantine),
    rows: (generation) => {
      const rows = dependencies.rows(generation);
      return {
        get: step(rows.get),
        putHead: step(rows.putHead),
        putDetail: step(rows.putDetail),
        eraseDetails: step(rows.eraseDetails),
        eraseStream: step(rows.eraseStream),
      };
    },
  };
}
