import { type AnalysisFindings, detections } from '@nova/shared/api/media';
import { fromJson, isRecord } from '../json.ts';
import { contentWords } from '../text/words.ts';
import type { Container } from './container.ts';

/** The questions in a prompt about a video. */
export interface VideoQuestions {
  readonly questions: readonly string[];
  readonly detect: readonly string[];
}

/** A fence starts its line; the JSON in it has none there, since line breaks in JSON text are escaped. */
const jsonBlock = /^```json[ \t]*\n(.*?)\n```[ \t]*$/gmsu;

/**
 * Reads a prompt: its JSON code block `{"questions": […], "detect": […]}` when it has one; else the whole prompt is
 * the one question and everything is detected.
 */
export function readPrompt(prompt: string): VideoQuestions {
  for (const [, json = ''] of prompt.matchAll(jsonBlock)) {
    const block = fromJson(json);
    if (!isRecord(block) || !(Array.isArray(block.questions) || Array.isArray(block.detect))) continue;
    const { questions = [], detect = detections } = block;
    return { questions: texts(questions), detect: texts(detect) };
  }
  return { questions: prompt.trim() === '' ? [] : [prompt.trim()], detect: detections };
}

const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** Seconds of a scene in a video that states none; more in a long video, which would have too many scenes. */
const sceneSeconds = 10;
const mostScenes = 60;

/** A fixture states its anomalies, so they are sure. */
const stated = 1;

/** The stand-in's findings about a video: those that a fixture states, or even scenes over its length. */
export function findingsOf(video: Container, { questions, detect }: VideoQuestions): AnalysisFindings {
  const { truth } = video;
  const scenes = truth && truth.scenes.length > 0 ? [...truth.scenes] : evenScenes(video);
  const anomalies = (truth?.anomalies ?? []).map((anomaly) => ({ ...anomaly, confidence: stated }));
  return {
    scenes,
    timeline: detect.includes('timeline')
      ? scenes.map(({ start, description }) => ({ time: start, description }))
      : [],
    anomalies: detect.includes('anomalies') ? anomalies : [],
    answers: questions.map((question) => ({ question, answer: answerTo(question, video) })),
  };
}

function evenScenes({ duration }: Container): AnalysisFindings['scenes'] {
  const count = Math.min(mostScenes, Math.max(1, Math.ceil(duration / sceneSeconds)));
  return Array.from({ length: count }, (_, index) => ({
    start: rounded((duration * index) / count),
    end: rounded((duration * (index + 1)) / count),
    description: `Scene ${index + 1} of ${count} (not looked at: local stand-in)`,
  }));
}

function answerTo(question: string, video: Container): string {
  const wanted = new Set(contentWords(question));
  const shared = (text: string) => contentWords(text).filter((word) => wanted.has(word)).length;
  const stated = [
    ...(video.truth?.scenes ?? []),
    ...(video.truth?.anomalies ?? []).map(({ reason, ...span }) => ({ ...span, description: reason })),
  ];
  const best = stated.reduce<(typeof stated)[number] | undefined>(
    (found, next) => (shared(next.description) > (found ? shared(found.description) : 0) ? next : found),
    undefined,
  );
  if (best)
    return `${best.start} to ${best.end} s: ${best.description} (local stand-in, from the file's own scene list)`;
  const { width, height, codec, hasAudio } = video;
  const sound = hasAudio ? 'with sound' : 'without sound';
  const facts = `${rounded(video.duration)} s, ${width} × ${height}, ${codec}, ${sound}`;
  return `Not known: the local stand-in reads a video's container (${facts}), not its pictures.`;
}

/** Milliseconds are finer than any model looks. */
const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;
