import type { JobAccepted } from '@nova/shared/api/jobs';
import { contentStream } from '@nova/shared/events/index';
import { madeAt } from '@nova/shared/ids';
import { apiStage } from '@nova/shared/routes';
import { contentKinds, type VectorSource } from '@nova/shared/vocabulary';
import { checkUpload } from '../../content/check-upload.ts';
import type { ContentObjects } from '../../content/objects.ts';
import { type ExistingContent, ready } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { ownSource } from '../../domain/reactions.ts';
import type { RouteHandlers } from '../../http/api.ts';
import { type AcceptDependencies, admitJobs } from '../../jobs/accept-job.ts';
import { derivedId, requestJob } from '../../jobs/request-job.ts';

/** Indexes an item again, with a job for each of its sources. */
export function reindex(
  dependencies: AcceptDependencies & { readonly objects: ContentObjects },
): RouteHandlers<'indexContent'> {
  const { store, objects } = dependencies;
  return {
    async indexContent(request) {
      const { tenant, id, metadata, newId, query } = request;
      const stream = contentStream(tenant, id);
      const item = ready(await checkUpload(store, objects, stream, metadata), id, contentKinds, new Date());
      const sources = wantedSources(item, id, query.sources);
      const jobIdOf = (source: VectorSource) => derivedId(`${newId}/${source}`, madeAt(newId));
      await admitJobs(dependencies, request, sources.map(jobIdOf), async () => {
        for (const source of sources) {
          const task = { kind: 'indexing', source, fresh: true } as const;
          await requestJob(store, tenant, { contentId: id, task }, metadata, jobIdOf(source));
        }
      });
      const jobs = sources.map((source): JobAccepted => {
        const jobId = jobIdOf(source);
        return { jobId, status: 'queued', href: `/${apiStage}/jobs/${jobId}` };
      });
      return { jobs };
    },
  };
}

/** @throws DomainError `conflict` when there is nothing to index, or when a requested source does not exist */
function wantedSources(
  item: ExistingContent,
  id: string,
  requested?: readonly VectorSource[],
): VectorSource[] {
  const existing = sourcesOf(item);
  const wanted = requested
    ? [...new Set(requested)]
    : existing.filter((source) => source !== 'media' || item.vectors.media);
  const missing = wanted.filter((source) => !existing.includes(source));
  if (wanted.length > 0 && missing.length === 0) return wanted;
  const what = missing.length > 0 ? `no ${missing.join(' and no ')}` : 'nothing';
  const remedy = 'run POST /audio/transcribe or POST /video/analyze first, or ask for';
  const detail = `There is ${what} of ${id} to index; ${remedy} ?sources=${existing.join(',')}.`;
  throw new DomainError('conflict', detail);
}

/** The sources of an item that exist. */
function sourcesOf({ kind, transcriptKey, analysisKey }: ExistingContent): VectorSource[] {
  return [
    ownSource[kind],
    ...(transcriptKey ? (['transcript'] as const) : []),
    ...(analysisKey ? (['scene'] as const) : []),
  ];
}
