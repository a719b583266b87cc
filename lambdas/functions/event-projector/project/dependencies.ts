import type { Projections } from '../../../domain/projections/index.ts';
import type { StateStore } from '../../../read-model/generations.ts';
import type { RowWriter } from '../../../read-model/writer.ts';
import type { History } from './history.ts';
import type { Publish } from './publish.ts';
import type { Quarantine } from './quarantine.ts';

export interface ProjectorDependencies {
  readonly projections: Projections;
  /** The generations of rows. */
  readonly states: StateStore;
  /** The rows of one generation. */
  readonly rows: (generation: number) => RowWriter;
  readonly history: History;
  readonly publish: Publish;
  readonly quarantine: Quarantine;
}
