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
