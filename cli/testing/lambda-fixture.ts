import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

type Response = { readonly payload: unknown } | { readonly functionError: object } | Error;

/**
 * A Lambda client whose projector responds to operator requests.
 * @param respond gives the response to a request, by its index
 */
export function aLambda(respond: (request: never, index: number) => Response) {
  const requests: unknown[] = [];
  const send = async ({ input }: InvokeCommand) => {
    const request = JSON.parse(String(input.Payload));
    requests.push(request);
    const response = respond(request as never, requests.length - 1);
    if (response instanceof Error) throw response;
    const failed = 'functionError' in response;
    const payload = failed ? response.functionError : response.payload;
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
