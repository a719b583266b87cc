import type { TokenUsage } from '@nova/shared/api/common';
import type { Analysis } from '@nova/shared/api/media';
import { DomainError } from '../../domain/errors.ts';
import { isRefusal, refusedBy } from '../../models/errors.ts';
import type { Turn, VideoModel, WatchedVideo, WrittenAnswer } from '../../models/nova-video/nova-video.ts';
import { parseFindings, tidied } from './findings.ts';
import { findingsPrompt, type Request, repairPrompt } from './prompt.ts';

/** Answers of the model: the first, and one in which it corrects the faults of the first. */
const maxAnswers = 2;

export interface AnalyseDependencies {
  readonly model: VideoModel;
  readonly video: WatchedVideo;
  /** Length of the video. */
  readonly seconds: number;
  readonly request: Request;
  readonly signal: AbortSignal;
  /** Called with the tokens of each answer, also when it cannot be used. */
  onUsage(used: TokenUsage & { readonly model: string }): void;
}

/**
 * Has the model watch a video, and reads its findings.
 * @throws DomainError `unsupported-media` when the model refuses the video, `model-unavailable` when its answers cannot
 *   be used; the service's own errors otherwise
 */
export async function analyse(dependencies: AnalyseDependencies): Promise<Analysis> {
  const { seconds, request } = dependencies;
  const turns: Turn[] = [{ role: 'user', text: findingsPrompt(request, seconds) }];
  let reason = '';
  for (let answers = 0; answers < maxAnswers; answers += 1) {
    const answer = await watch(dependencies, turns);
    const parsed = parseFindings(answer.text);
    if (parsed.valid) {
      const durationSeconds = Number(seconds.toFixed(3));
      return { ...tidied(parsed.findings, request, seconds), durationSeconds, model: answer.model };
    }
    reason = answer.complete ? parsed.reason : `It was cut off before its end. ${parsed.reason}`;
    turns.push(
      { role: 'assistant', text: answer.text || '(empty)' },
      { role: 'user', text: repairPrompt(reason) },
    );
  }
  throw new DomainError('model-unavailable', `The video model's answer cannot be used. ${reason}`);
}

async function watch(
  { model, video, signal, onUsage }: AnalyseDependencies,
  turns: readonly Turn[],
): Promise<WrittenAnswer> {
  try {
    const answer = await model.watch(video, turns, signal);
    onUsage({ ...answer.usage, model: answer.model });
    return answer;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw refusedBy('video model', 'video', error);
  }
}
