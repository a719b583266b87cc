import { Content, ContentPage, type ContentSummary, MediaTypes } from '@nova/shared/api/content';
import { ApiClient } from '../api/client.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { ago, moment, oneLine, size } from '../output/text.ts';
import { forEachId } from './each.ts';
import { listPath, type RangeOptions, writePage } from './page.ts';
import { describeOutcome, describeProcessing, styleOf } from './processing.ts';

/** Whether something went wrong with an item. */
const failed = ({ status, processing }: ContentSummary) =>
  status === 'rejected' || processing.some((job) => job.status === 'failed');

/** `nova content list`: a page of uploads. */
export async function listContent(
  dependencies: ApiDependencies,
  options: RangeOptions & {
    readonly kind?: string;
    readonly status?: string;
    readonly language?: string;
    readonly name?: string;
  },
): Promise<number> {
  const api = new ApiClient(dependencies.access, dependencies.interrupt());
  const { kind, status, language, name: filename } = options;
  const page = await api.call(
    'GET',
    listPath('/content', options, { kind, status, language, filename }),
    ContentPage,
  );
  writePage(
    dependencies,
    ['item', 'items'],
    [
      { title: 'CONTENT', text: ({ contentId }) => contentId },
      { title: 'FILE', text: ({ filename }) => filename, style: 'bold' },
      { title: 'SIZE', text: ({ bytes }) => size(bytes), align: 'right' },
      { title: 'CREATED', text: ({ createdAt }) => ago(createdAt), style: 'dim' },
      { title: 'STATUS', text: ({ status }) => status, style: (item) => (failed(item) ? 'red' : undefined) },
      { title: 'PROCESSING', text: describeOutcome, style: (item) => (failed(item) ? 'red' : 'dim') },
    ],
    page,
  );
  return exitCodes.ok;
}

/** `nova content show`: one upload. */
export async function showContent(
  { access, terminal, json, interrupt }: ApiDependencies,
  _: object,
  id: string,
): Promise<number> {
  const api = new ApiClient(access, interrupt());
  const item = await api.call('GET', `/content/${encodeURIComponent(id)}`, Content);
  if (json) {
    writeJson(terminal, item);
    return exitCodes.ok;
  }
  const { filename, contentType, registeredType, bytes, status, rejection, createdAt, indexed, processing } =
    item;
  const line = (name: string, text: string) =>
    terminal.line(`  ${terminal.styled('dim', name.padEnd(12))}${oneLine(text)}`);
  terminal.line(terminal.styled('bold', oneLine(filename)));
  line('content', item.contentId);
  const corrected = registeredType ? ` (registered as ${registeredType})` : '';
  line('type', `${contentType}${corrected}, ${size(bytes)}`);
  line('created', moment(createdAt));
  line('status', rejection ? `${status}: ${rejection.detail}` : status);
  line('search', indexed ? 'finds it' : 'does not find it');
  if (item.transcript) line('transcript', `${item.transcript.segments.length} segments`);
  if (item.analysis) line('analysis', `${item.analysis.scenes.length} scenes`);
  for (const job of processing) {
    const mark = terminal.styled(
      styleOf(job.status),
      job.status === 'failed' ? '✗' : job.status === 'done' ? '✓' : '·',
    );
    terminal.line(
      `  ${mark} ${oneLine(describeProcessing(job))}${job.jobId ? terminal.styled('dim', `  ${job.jobId}`) : ''}`,
    );
  }
  return exitCodes.ok;
}

/** `nova content types`: what may be uploaded. */
export async function listTypes(dependencies: ApiDependencies): Promise<number> {
  const api = new ApiClient(dependencies.access, dependencies.interrupt());
  const { mediaTypes: items } = await api.call('GET', '/media-types', MediaTypes);
  writePage(
    dependencies,
    ['type', 'types'],
    [
      { title: 'TYPE', text: ({ contentType }) => contentType },
      { title: 'KIND', text: ({ kind }) => kind },
      { title: 'AT MOST', text: ({ maxBytes }) => size(maxBytes), align: 'right' },
      { title: 'FILES', text: ({ extensions }) => extensions.map((ending) => `.${ending}`).join(' ') },
    ],
    { items },
  );
  return exitCodes.ok;
}

/** `nova content delete`: erases uploads. */
export const deleteContent = (
  dependencies: ApiDependencies,
  _: object,
  ids: readonly string[],
): Promise<number> =>
  forEachId(dependencies, ids, 'deleted', (api, id) => api.send('DELETE', `/content/${id}`));
