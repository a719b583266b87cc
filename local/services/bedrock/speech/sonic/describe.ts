import { fromJson, isRecord } from '../../json.ts';
import { fillArguments, type Property, propertiesOf, typesOf } from '../../tools/arguments.ts';
import { languageOf } from '../language.ts';
import type { Utterance } from '../utterances.ts';
import type { Body } from './grammar.ts';

/** A tool of the prompt with a property about the voice. */
export interface VoiceTool {
  readonly name: string;
  readonly schema: unknown;
}

const voiceProperty = /speaker|voice|emotion|mood|feeling/i;

/** The first tool of a prompt's `toolConfiguration` that asks for something about the voice. */
export function voiceToolOf(promptStart: Body): VoiceTool | undefined {
  const configuration = isRecord(promptStart.toolConfiguration) ? promptStart.toolConfiguration : {};
  const tools = Array.isArray(configuration.tools) ? configuration.tools : [];
  for (const tool of tools) {
    const spec = isRecord(tool) && isRecord(tool.toolSpec) ? tool.toolSpec : {};
    const json = isRecord(spec.inputSchema) ? spec.inputSchema.json : undefined;
    const schema = typeof json === 'string' ? fromJson(json) : json;
    const asks = propertiesOf(schema).some((property) => voiceProperty.test(property.name));
    if (typeof spec.name === 'string' && asks) return { name: spec.name, schema };
  }
  return undefined;
}

/** Values for properties by their path; the first pattern that matches counts. */
const facts: readonly (readonly [RegExp, (utterance: Utterance) => unknown])[] = [
  [/confidence|certainty|probability/i, ({ confidence }) => confidence],
  [/emotion|mood|feeling/i, ({ emotion }) => emotion],
  [/speaker|voice/i, ({ speaker }) => speaker],
  [/language|locale/i, ({ text, recognised }) => (recognised ? languageOf(text) : 'und')],
  [/text|transcript|words/i, ({ text }) => text],
  [/recogni[sz]ed/i, ({ recognised }) => recognised],
  [/start|begin/i, ({ start }) => start],
  [/end/i, ({ end }) => end],
];

/**
 * Arguments for a voice tool about one utterance.
 * @returns undefined when the schema requires something that the stand-in cannot know
 */
export function describeVoice(
  { schema }: VoiceTool,
  utterance: Utterance,
): Record<string, unknown> | undefined {
  return fillArguments(schema, (property) => suggest(property, utterance));
}

function suggest({ path, schema, required }: Property, utterance: Utterance): unknown {
  const types = typesOf(schema);
  if (types.includes('object')) return undefined;
  const fact = facts.find(([pattern]) => pattern.test(path))?.[1](utterance);
  const allowed = Array.isArray(schema.enum) ? schema.enum : undefined;
  if (allowed) return allowed.includes(fact) ? fact : required ? allowed[0] : undefined;
  if (types.includes('number') || types.includes('integer'))
    return typeof fact === 'number' ? fact : undefined;
  if (types.includes('string')) return fact === undefined ? undefined : String(fact);
  return typeof fact === 'boolean' ? fact : undefined;
}
