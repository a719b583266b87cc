import { emotions } from '@nova/shared/vocabulary';
import * as z from 'zod';
import type { VoiceDescription } from '../speech.ts';

/** The description of a voice. Sonic has no field for speakers or emotions, so a tool asks for them. */
const Description = z.object({
  speaker: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .describe('A short name for the voice, always the same for the same voice: speaker-1, speaker-2, …'),
  emotion: z.enum(emotions).describe('The feeling the voice is heard with'),
  confidence: z.number().min(0).max(1).describe('How sure the feeling is'),
  language: z.string().max(35).optional().describe('Language spoken, as a BCP 47 tag such as en-US'),
});

export const voiceTool = {
  name: 'describe_voice',
  description:
    'Notes who speaks, and how, in the utterance that was just heard. Call it once for every utterance.',
  /** JSON schema as text, as Sonic requires. */
  schema: JSON.stringify(z.toJSONSchema(Description, { target: 'draft-7', io: 'input' })),
} as const;

/** The model's description of a voice, and the result of the tool. */
export interface ToolAnswer {
  readonly voice?: VoiceDescription;
  readonly result: Readonly<Record<string, unknown>>;
}

/**
 * Answers a use of the tool. Invalid arguments give the model an error, and no description.
 * @param content the arguments as JSON text
 */
export function answerTool(name: string, content: string): ToolAnswer {
  if (name !== voiceTool.name) return { result: { error: `There is no tool ${name}.` } };
  const parsed = Description.safeParse(parseJson(content));
  if (!parsed.success) return { result: { error: z.prettifyError(parsed.error) } };
  const { speaker, emotion, confidence, language } = parsed.data;
  const known = language && language !== 'und' ? { language } : {};
  return { voice: { speaker, emotion: { name: emotion, confidence }, ...known }, result: { noted: true } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
