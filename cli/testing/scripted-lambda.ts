import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

type Answer = { readonly payload: unknown } | { readonly functionError: object } | Error;

/**
 * Lambda that answers a projector's operator requests as a script says.
 * @param answer to a request, by how many came before
 */
export function scriptedLambda(answer: (request: never, index: number) => Answer) {
  const requests: unknown[] = [];
  const send = async ({ input }: InvokeCommand) => {
    const request = JSON.parse(String(input.Payload));
    requests.push(request);
    const given = answer(request as never, requests.length - 1);
    if (given instanceof Error) throw given;
    const failed = 'functionError' in given;
    const payload = failed ? given.functionError : given.payload;
    return {
      StatusCode: 200,
      Payload: Buffer.from(JSON.stringify(payload)),
      ...(failed && { FunctionError: 'Unhandled' }),
    };
  };
  return {
    requests,
    lambda: { send } as unknown as LambdaClient,
    functionName: (name: string) => `nova-${name}`,
  };
}
