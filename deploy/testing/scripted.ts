/** A fake AWS client that answers by the name of the command, and records the calls. */
export function scripted(answers: Readonly<Record<string, (input: never, call: number) => unknown>>) {
  const calls: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const call = calls.filter((one) => one.name === name).length;
    calls.push({ name, input: command.input as Record<string, unknown> });
    return answers[name]?.(command.input as never, call) ?? {};
  };
  return { client: { send: send as never }, calls };
}

/** An answer that throws the error of AWS with this name. */
export const awsError =
  (name: string, httpStatusCode = 400) =>
  () => {
    throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  };

/** A fake of AWS for signed requests that answers by their IAM action, and records them. */
export function scriptedQuestions(answers: Readonly<Record<string, (question: never) => string>>) {
  const asked: { readonly action: string; readonly region: string; readonly path: string }[] = [];
  const ask = async (question: (typeof asked)[number]) => {
    asked.push(question);
    const answer = answers[question.action];
    if (!answer) throw new Error(`no answer to ${question.action}`);
    return answer(question as never);
  };
  return { ask, asked };
}
