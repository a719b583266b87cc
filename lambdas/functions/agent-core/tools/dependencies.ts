import type { ContentObjects } from '../../../content/objects.ts';
import type { EventStore } from '../../../event-store/store.ts';
import type { ApiRequest } from '../../../http/request.ts';
import type { ReadModel } from '../../../read-model/rows.ts';
import type { SemanticSearch } from '../../../vectors/semantic-search.ts';
import type { Material } from './untrusted-output.ts';

/** What the tools of one turn work with. */
export interface ToolDependencies {
  readonly store: EventStore;
  readonly rows: ReadModel;
  readonly objects: ContentObjects;
  readonly search: SemanticSearch;
  /** Whose turn it is: the model never says whose content it wants. */
  readonly asker: Pick<ApiRequest, 'tenant' | 'metadata'>;
  /** Content the user points to. */
  readonly pointedTo: readonly string[];
  readonly material: Material;
}
