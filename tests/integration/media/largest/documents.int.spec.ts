import type { JobAccepted } from '@nova/shared/api/jobs';
import { afterEach, describe, it } from 'vitest';
import {
  largestHtml,
  largestMarkdown,
  largestPdf,
  largestText,
} from '../../../fixtures/largest-documents.ts';
import { largestFiles, largestMs } from './fixture.ts';

/** The largest documents are indexed inside the functions' memory, one after the other in the same processes. */

const files = largestFiles();
afterEach(() => files.expectInside('index-handler', 'event-handler', 'content-handler'));

describe('the largest document', () => {
  it.each([
    ['text', 'largest.txt', largestText],
    ['Markdown', 'largest.md', largestMarkdown],
    ['HTML', 'largest.html', largestHtml],
    ['PDF', 'largest.pdf', largestPdf],
  ])(
    'of %s is indexed within the functions’ memory',
    async (_, name, make) => {
      const contentId = await files.upload(name, make);
      const { jobs } = await files.api.ok<{ jobs: JobAccepted[] }>('POST', `/content/${contentId}/index`);
      for (const job of jobs) await files.done(job);
      await files.erased(contentId);
    },
    largestMs,
  );
});
