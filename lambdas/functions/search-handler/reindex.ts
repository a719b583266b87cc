import type { JobAccepted } from '@nova/shared/api/jobs';
import { contentStream } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { apiStage } from '@nova/shared/routes';
import { contentKinds, type VectorSource } from '@nova/shared/vocabulary';
import { currentState } from '../../commands/execute.ts';
import { content, type ExistingContent, ready } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { ownSource } from '../../domain/reactions.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { derivedId } from '../../jobs/derived-id.ts';
import { requestJob } from '../../jobs/request-job.ts';

/** Makes an item searchable anew, a job for each thing there is to be found of it. */
export function reindex(store: EventStore): RouteHandlers<'indexContent'> {
  return {
    async indexContent({ tenant, id, metadata, newId, query }) {
      const stream = contentStream(tenant, id);
      const item = ready(await currentState(store, content, stream), id, contentKinds, new Date());
      const sources = wantedSources(item, id, query.sources);
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

/** @throws DomainError `conflict` when there is nothing to index, or not what is asked for */
function wantedSources(item: ExistingContent, id: string, asked?: readonly VectorSource[]): VectorSource[] {
  const there = sourcesOf(item);
  const wanted = asked
    ? [...new Set(asked)]
    : there.filter((source) => source !== 'media' || item.vectors.media);
  const missing = wanted.filter((source) => !there.includes(source));
  if (wanted.length > 0 && missing.length === 0) return wanted;
  const what = missing.length > 0 ? `no ${missing.join(' and no ')}` : 'nothing';
  const remedy = 'run POST /audio/transcribe or POST /video/analyze first, or ask for';
  const detail = `There is ${what} of ${id} to index; ${remedy} ?sources=${there.join(',')}.`;
  throw new DomainError('conflict', detail);
}

/** What there is to be found of an item. */
function sourcesOf({ kind, transcriptKey, analysisKey }: ExistingContent): VectorSource[] {
  return [
    ownSource[kind],
    ...(transcriptKey ? (['transcript'] as const) : []),
    ...(analysisKey ? (['scene'] as const) : []),
  ];
}
