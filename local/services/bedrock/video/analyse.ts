import type { ContentBlock, ConverseRequest } from '@aws-sdk/client-bedrock-runtime';
import { blockTexts } from '../chat/conversation.ts';
import type { NextStep } from '../chat/respond.ts';
import { invalid } from '../errors.ts';
import type { MediaSource } from '../media.ts';
import { propertiesOf } from '../tools/arguments.ts';
import { readContainer } from './container.ts';
import { findingsOf, readPrompt } from './findings.ts';

/** Amazon Nova takes one video a request. */
const mostVideos = 1;

/** The video blocks of a request. */
export const videosOf = ({ messages = [] }: ConverseRequest) =>
  messages.flatMap(({ content = [] }) => content).flatMap(({ video }) => (video ? [video] : []));

/**
 * Answers a request about a video: JSON of findings, through a tool that takes scenes when one is offered.
 * @throws AwsError `ValidationException` for more than one video, or one that cannot be read
 */
export async function analyseVideo(
  request: ConverseRequest,
  withFile: <T>(source: MediaSource, use: (file: Uint8Array | string) => Promise<T>) => Promise<T>,
): Promise<NextStep> {
  const [video, ...more] = videosOf(request);
  if (!video || more.length > 0) throw invalid(`messages: at most ${mostVideos} video a request`);
  const blocks = (request.messages ?? []).flatMap(({ role, content = [] }) =>
    role === 'user' ? content : [],
  );
  if (blocks.some(({ toolResult }) => toolResult !== undefined)) return { kind: 'text', text: 'Done.' };
  const prompt = blocks.flatMap((block: ContentBlock) => blockTexts(block)).join('\n');
  const container = await withFile(video.source ?? {}, (file) => readContainer(file, video.format));
  const duration = container.duration || statedSeconds(prompt);
  const findings = findingsOf({ ...container, duration }, readPrompt(prompt));
  const tool = request.toolConfig?.tools?.find(({ toolSpec }) =>
    propertiesOf(toolSpec?.inputSchema?.json).some(({ name }) => name === 'scenes'),
  );
  const name = tool?.toolSpec?.name;
  return name === undefined
    ? { kind: 'text', text: JSON.stringify(findings) }
    : { kind: 'calls', calls: [{ name, input: { ...findings } }] };
}

/** The length that a prompt states, for a container that the stand-in does not read; a second otherwise. */
const statedSeconds = (prompt: string) => Number(/\blasts ([\d.]+) seconds/.exec(prompt)?.[1] ?? 1);
