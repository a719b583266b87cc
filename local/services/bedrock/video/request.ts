import { detections } from '@nova/shared/api/media';
import { fromJson, isRecord } from '../json.ts';

/** What a prompt about a video asks. */
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
