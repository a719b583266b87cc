import * as z from 'zod';

/**
 * Sonic's output events, as far as a transcription needs them. Source: Amazon Nova 2 Sonic user guide, "Handling output
 * events with the bidirectional API". Unknown events and fields are left alone.
 */
const OutputEvent = z.object({
  contentStart: z
    .object({
      contentId: z.string(),
      role: z.string().optional(),
      additionalModelFields: z.string().optional(),
    })
    .optional(),
  textOutput: z.object({ contentId: z.string(), content: z.string() }).optional(),
  toolUse: z.object({ toolName: z.string(), toolUseId: z.string(), content: z.string() }).optional(),
  contentEnd: z.object({ contentId: z.string(), stopReason: z.string().optional() }).optional(),
  completionEnd: z.object({}).optional(),
  usageEvent: z
    .object({ totalInputTokens: z.int().optional(), totalOutputTokens: z.int().optional() })
    .optional(),
});

const Message = z.object({ event: OutputEvent });

/** What an output event means for a transcription. */
export type Output =
  /** Words of the speaker, in their final form. */
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly id: string; readonly content: string }
  /** The model has finished its answer. */
  | { readonly kind: 'turn-end' }
  | { readonly kind: 'usage'; readonly inputTokens: number; readonly outputTokens: number }
  /** Any event that does not concern the transcription. */
  | { readonly kind: 'other' };

/** Reads the output of one connection. Only the start of a content names the speaker of its text. */
export class OutputReader {
  readonly #words = new Set<string>();

  /**
   * @param bytes one chunk of the stream
   * @throws Error when it is not an event of Sonic's form
   */
  read(bytes: Uint8Array): Output {
    const { event } = Message.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const { contentStart, textOutput, toolUse, contentEnd, completionEnd, usageEvent } = event;
    if (contentStart) this.#start(contentStart);
    if (textOutput && this.#words.has(textOutput.contentId))
      return { kind: 'words', text: textOutput.content };
    if (toolUse) {
      return { kind: 'tool', name: toolUse.toolName, id: toolUse.toolUseId, content: toolUse.content };
    }
    if (completionEnd || contentEnd?.stopReason === 'END_TURN') return { kind: 'turn-end' };
    if (usageEvent) {
      const { totalInputTokens = 0, totalOutputTokens = 0 } = usageEvent;
      return { kind: 'usage', inputTokens: totalInputTokens, outputTokens: totalOutputTokens };
    }
    return { kind: 'other' };
  }

  #start({
    contentId,
    role,
    additionalModelFields = '{}',
  }: {
    contentId: string;
    role?: string | undefined;
    additionalModelFields?: string | undefined;
  }): void {
    if (role !== 'USER') return;
    const fields = ModelFields.safeParse(JSON.parse(additionalModelFields));
    if (fields.data?.generationStage !== 'SPECULATIVE') this.#words.add(contentId);
  }
}

const ModelFields = z.object({ generationStage: z.string().optional() });
