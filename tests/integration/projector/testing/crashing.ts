import type { OperatorDependencies } from '../../../../lambdas/functions/event-projector/operator/dependencies.ts';

/** The process crashed: nothing that it does from then on has an effect. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Dependencies of a projector that crashes at the nth call to any of them, before or after its effect. */
export function crashing(dependencies: OperatorDependencies, nth: number): OperatorDependencies {
  let calls = 0;
  const step =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls > nth) throw new Crash();
      const result = await call(...args);
      // The response of the last call is lost; its effect is not.
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
