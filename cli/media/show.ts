import type { Analysis, Transcript } from '@nova/shared/api/media';
import type { Terminal } from '../output/terminal.ts';
import { clock, oneLine } from '../output/text.ts';

/** Writes a transcript as people read one: a line a segment, with when, who and how. */
export function showTranscript(terminal: Terminal, { segments, language, model }: Transcript): void {
  for (const { start, speaker, emotion, text, recognised } of segments) {
    const time = terminal.styled('dim', `[${clock(start)}]`);
    const feeling = emotion && emotion.name !== 'neutral' ? terminal.styled('dim', ` (${emotion.name})`) : '';
    const words = recognised ? oneLine(text) : terminal.styled('dim', oneLine(text));
    terminal.line(`${time} ${terminal.styled('cyan', oneLine(speaker))}${feeling}: ${words}`);
  }
  if (segments.length === 0) terminal.note('Nobody speaks in the recording.');
  terminal.note(terminal.styledNote('dim', [language, `by ${model}`].filter(Boolean).join(' · ')));
}

const severityStyles = { low: 'dim', medium: 'yellow', high: 'red' } as const;

/** Writes what was seen in a video, part by part; what there is none of is left out. */
export function showAnalysis(terminal: Terminal, analysis: Analysis): void {
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
