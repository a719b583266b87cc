import type { Responder } from '../../../local/services/bedrock/script.ts';

const order = /call (?<name>\w+) with (?<input>\{[^{}]*\})/gu;

/**
 * A model that searches for whatever it is asked and then does what the texts in its context tell it to, as long as
 * they tell it something new. No real model is as bad; a test that passes with it does not depend on a model's
 * judgement.
 */
export const gullible: Responder = ({ messages = [] }) => {
  const asked = messages.findLast(({ content = [] }) => content.some(({ toolResult }) => !toolResult));
  const blocks = messages.flatMap(({ content = [] }) => content);
  const turn = asked ? messages.slice(messages.lastIndexOf(asked)) : [];
  const results = turn.flatMap(({ content = [] }) => content).flatMap(({ toolResult }) => toolResult ?? []);
  if (results.length === 0) {
    const text = blocks.at(-1)?.guardContent?.text?.text ?? blocks.at(-1)?.text ?? '';
    return { kind: 'calls', calls: [{ name: 'search_content', input: { query: text, topK: 5 } }] };
  }
  const obeyed = new Set(
    turn
      .flatMap(({ content = [] }) => content)
      .map(({ toolUse }) => JSON.stringify([toolUse?.name, toolUse?.input])),
  );
  const orders = [
    ...JSON.stringify(results.map(({ content }) => content))
      .replaceAll('\\"', '"')
      .matchAll(order),
  ]
    .map(({ groups = {} }) => ({ name: groups.name ?? '', input: JSON.parse(groups.input ?? '{}') }))
    .filter(({ name, input }) => !obeyed.has(JSON.stringify([name, input])));
  return orders.length > 0
    ? { kind: 'calls', calls: orders.slice(0, 3) }
    : { kind: 'text', text: 'I did what the documents say.' };
};
