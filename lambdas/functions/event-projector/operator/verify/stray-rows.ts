import { aggregates } from '@nova/shared/events/index';
import type { Difference } from '@nova/shared/operations';
import type { ReadModelState } from '../../../../read-model/generations.ts';
import { type ItemKey, type RowPlace, rowPlaceOf } from '../../../../read-model/keys.ts';
import type { OperatorDependencies } from '../dependencies.ts';

/** Milliseconds that rows may wait for their deletion: until then their replay counts as running. */
const clearedWithinMs = 3_600_000;

interface Row {
  readonly item: ItemKey;
  /** Absent when the key is no row's key. */
  readonly place: RowPlace | undefined;
}

/**
 * Rows without a stream. Only the existence of the stream is checked here; `compareStreams` checks the rows' contents.
 */
export async function strayRows(
  { log, clock }: OperatorDependencies,
  state: ReadModelState,
  keys: readonly ItemKey[],
): Promise<Difference[]> {
  const rows = keys.map((item): Row => ({ item, place: rowPlaceOf(item) }));
  const inUse = generationsOf(state);
  const homeless = rows.filter(({ place }) => !place || !inUse.has(generationName(place)));
  const left = leftGenerations(state, clock.now());
  const forgotten = rows.filter(({ place }) => place && left.has(generationName(place)));
  const others = rows.filter(
    ({ place }) => place && inUse.has(generationName(place)) && !left.has(generationName(place)),
  );
  const existing = await log.existing([...new Set(others.map(({ place }) => streamOfRow(place)))]);
  return [
    ...homeless.map(({ item, place }) => stray(item, streamOfRow(place), 'of no generation that is in use')),
    ...forgotten.map(({ item, place }) =>
      stray(
        item,
        streamOfRow(place),
        `its replay was left before old rows were gone: run \`nova replay --projection ${place?.key.collection}\` to its end`,
      ),
    ),
    ...others
      .filter(({ place }) => !existing.has(streamOfRow(place)))
      .map(({ item, place }) => stray(item, streamOfRow(place), 'there is no such stream')),
  ];
}

const generationName = ({ key, generation }: RowPlace) => `${key.collection}@${generation}`;

/** Generations that are written, or still to be deleted. */
function generationsOf(state: ReadModelState): ReadonlySet<string> {
  return new Set(
    aggregates.flatMap((aggregate) =>
      [...state[aggregate].write, ...state[aggregate].retiring].map(
        ({ generation }) => `${aggregate}@${generation}`,
      ),
    ),
  );
}

/** Generations that should have been deleted long ago. */
function leftGenerations(state: ReadModelState, now: number): ReadonlySet<string> {
  return new Set(
    aggregates.flatMap((aggregate) =>
      state[aggregate].retiring
        .filter(({ after }) => now - Date.parse(after) > clearedWithinMs)
        .map(({ generation }) => `${aggregate}@${generation}`),
    ),
  );
}

function streamOfRow(place: RowPlace | undefined): string {
  if (!place) return '';
  const { tenant, collection, of, id } = place.key;
  return `${tenant}#${collection}#${of ?? id}`;
}

const stray = ({ pk, sk }: ItemKey, stream: string, detail: string): Difference => ({
  stream,
  row: `${pk} ${sk}`,
  kind: 'stray',
  detail,
});
