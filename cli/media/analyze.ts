import type { Analysis } from '@nova/shared/api/media';
import type { ApiDependencies } from '../dependencies.ts';
import { CliError, exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { Terminal } from '../output/terminal.ts';
import { clock, oneLine } from '../output/text.ts';
import { runJob } from './run-job.ts';

export interface AnalyzeOptions {
  readonly question: readonly string[];
  readonly detect: readonly string[];
  readonly type?: string;
}

/** `nova analyze`: scenes, timeline and anomalies of a video, and answers to questions about it. */
export async function analyze(
  dependencies: ApiDependencies,
  { question, detect, type }: AnalyzeOptions,
  source: string,
): Promise<number> {
  const { terminal, json } = dependencies;
  const request = {
    ...(question.length > 0 ? { questions: question } : {}),
    ...(detect.length > 0 ? { detect } : {}),
  };
  const job = { source, type, path: '/video/analyze', request, label: 'analyzing' };
  const { item } = await runJob(dependencies, job);
  if (!item.analysis) throw new CliError(`There is no analysis of ${item.contentId}.`);
  if (json) writeJson(terminal, { contentId: item.contentId, ...item.analysis });
  else showAnalysis(terminal, item.analysis);
  return exitCodes.ok;
}

const severityStyles = { low: 'dim', medium: 'yellow', high: 'red' } as const;

/** Writes the sections of an analysis; empty ones are left out. */
function showAnalysis(terminal: Terminal, analysis: Analysis): void {
  const { scenes, timeline, anomalies, answers, model } = analysis;
  const section = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    terminal.line(terminal.styled('bold', title));
    for (const line of lines) terminal.line(`  ${line}`);
    terminal.line();
  };
  const time = (start: number, end?: number) =>
    terminal.styled('dim', end === undefined ? clock(start) : `${clock(start)}–${clock(end)}`);
  section(
    'Scenes',
    scenes.map(({ start, end, description }) => `${time(start, end)}  ${oneLine(description)}`),
  );
  section(
    'Timeline',
    timeline.map((event) => `${time(event.time)}  ${oneLine(event.description)}`),
  );
  section(
    'Anomalies',
    anomalies.map(({ start, end, severity, confidence, reason }) => {
      const how = terminal.styled(
        severityStyles[severity],
        `${severity}, ${Math.round(confidence * 100)} % sure`,
      );
      return `${time(start, end)}  ${how}  ${oneLine(reason)}`;
    }),
  );
  section(
    'Answers',
    answers.map(({ question, answer }) => `${terminal.styled('cyan', oneLine(question))} ${oneLine(answer)}`),
  );
  terminal.note(terminal.styledNote('dim', `by ${model}`));
}
