import type { JobAccepted } from '@nova/shared/api/jobs';
import { madeAt } from '@nova/shared/ids';
import { apiStage } from '@nova/shared/routes';
import { contentKinds, type VectorSource } from '@nova/shared/vocabulary';
import { content, type ExistingContent, ready } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { derivedId } from '../../platform/derived-id.ts';
import { currentState } from '../../platform/events/execute.ts';
import type { EventStore } from '../../platform/events/store.ts';
import type { RouteHandlers } from '../../platform/http/api.ts';
import { requestJob } from '../../platform/jobs/request-job.ts';

/** Makes an item searchable anew, a job for each thing there is to be found of it. */
export function reindex(store: EventStore): RouteHandlers<'indexContent'> {
  return {
    async indexContent({ tenant, id, metadata, newId }) {
      const stream = { tenant, aggregate: 'content', id } as const;
      const item = ready(await currentState(store, content, stream), id, contentKinds, new Date());
      const sources = sourcesOf(item);
      if (sources.length === 0) {
        const detail = `There is nothing of ${id} to index yet; run POST /audio/transcribe or POST /video/analyze first.`;
        throw new DomainError('conflict', detail);
      }
      const jobs: JobAccepted[] = [];
      for (const source of sources) {
        const jobId = derivedId(`${newId}/${source}`, madeAt(newId));
        const task = { kind: 'indexing', source, fresh: true } as const;
        await requestJob(store, tenant, { contentId: id, task }, metadata, jobId);
        jobs.push({ jobId, status: 'queued', href: `/${apiStage}/jobs/${jobId}` });
      }
      return { jobs };
    },
  };
}

function sourcesOf({ kind, transcriptKey, analysisKey }: ExistingContent): VectorSource[] {
  if (kind === 'document' || kind === 'image') return [kind];
  return [...(transcriptKey ? (['transcript'] as const) : []), ...(analysisKey ? (['scene'] as const) : [])];
}
