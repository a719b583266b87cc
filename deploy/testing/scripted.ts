/** A client whose answers are scripted, by the name of the command; what stands in for AWS, which is not here. */
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

/** Throws an error of AWS by its name. */
export const awsError =
  (name: string, httpStatusCode = 400) =>
  () => {
    throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  };
