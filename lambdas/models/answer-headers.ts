import { standInHeader } from '@nova/shared/models';
import type { MiddlewareStack } from '@smithy/types';

export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * Keeps the headers of an SDK command's answer, which the SDK drops.
 * @returns what gives them, once the command was answered; the last try's when it was retried
 */
export function answerHeaders<I extends object, O extends object>(command: {
  readonly middlewareStack: Pick<MiddlewareStack<I, O>, 'add'>;
}): () => AnswerHeaders {
  let headers: AnswerHeaders = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers?: AnswerHeaders }).headers ?? {};
      return result;
    },
    { step: 'deserialize', name: 'novaAnswerHeaders', override: true },
  );
  return () => headers;
}

/** What made an answer: the model that was asked, unless the answer says that something stood in for it. */
export function makerOf(headers: AnswerHeaders, model: string): string {
  return headers[standInHeader] ?? model;
}
