import { type Talk, writeJson } from '../dependencies.ts';
import { CliError, exitCodes } from '../errors.ts';
import { worked } from './run-job.ts';
import { showAnalysis } from './show.ts';

export interface AnalyzeOptions {
  readonly question: readonly string[];
  readonly detect: readonly string[];
  readonly type?: string;
}

/** `nova analyze`: what happens in a video, and answers to questions about it. */
export async function analyze(talk: Talk, options: AnalyzeOptions, what: string): Promise<number> {
  const { question, detect, type } = options;
  const request = {
    ...(question.length > 0 ? { questions: question } : {}),
    ...(detect.length > 0 ? { detect } : {}),
  };
  const { item } = await worked(talk, { what, type, path: '/video/analyze', request, label: 'watching' });
  if (!item.analysis) throw new CliError(`There is no analysis of ${item.contentId}.`);
  if (talk.json) writeJson(talk, { contentId: item.contentId, ...item.analysis });
  else showAnalysis(talk.terminal, item.analysis);
  return exitCodes.ok;
}
