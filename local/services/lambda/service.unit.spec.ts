import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InvokeResult } from '../../contracts.ts';
import { identitiesOf } from '../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import { lambdaErrors } from './errors.ts';
import { lambdaService } from './service.ts';

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const roleArn = 'arn:aws:iam::000000000000:role/caller';
const stack = aStack({
  aws_iam_role: [{ name: 'caller', arn: roleArn }],
  aws_iam_role_policy: [
    {
      role: 'caller',
      policy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn('echo') }],
      }),
    },
  ],
  aws_lambda_alias: [{ function_name: 'echo', name: 'live' }],
});

/** Lambda over HTTP, with one function; by default it returns its event. */
async function start(answer?: InvokeResult) {
  const identities = identitiesOf(stack, temporaryDirectory(), aRecordingLogger());
  const queued: unknown[] = [];
  const functions = {
    find: (arn: string) =>
      [functionArn('echo'), functionArn('echo:live')].includes(arn) ? ({} as never) : undefined,
    invoke: async (_: string, payload: unknown) => answer ?? { kind: 'payload' as const, payload },
    enqueue: (arn: string, payload: unknown) => void queued.push([arn, payload]),
  };
  const logger = aRecordingLogger();
  const service = lambdaService({ stack, functions, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  onTestFinished(() => endpoint.close());
  const invokeAs =
    (credentials: sdk.LambdaClientConfig['credentials']) => (input: Partial<sdk.InvokeCommandInput>) =>
      new sdk.LambdaClient({
        region,
        endpoint: endpoint.url,
        credentials: credentials ?? identities.developer,
        maxAttempts: 1,
      }).send(new sdk.InvokeCommand({ FunctionName: 'echo', ...input }));
  const asRole = invokeAs(identities.credentialsFor(roleArn));
  return { invoke: invokeAs(identities.developer), asRole, queued };
}

const read = (payload: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(payload));

describe('an invocation over the wire', () => {
  it.each(['echo', 'echo:$LATEST', '000000000000:function:echo', functionArn('echo')])(
    'of %s is answered',
    async (FunctionName) => {
      const { invoke } = await start();

      const answer = await invoke({ FunctionName, Payload: JSON.stringify({ a: 'ü' }) });

      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.FunctionError).toBeUndefined();
      expect(read(answer.Payload)).toEqual({ a: 'ü' });
    },
  );

  it('without a payload passes an empty event', async () => {
    const { invoke } = await start();

    expect(read((await invoke({})).Payload)).toEqual({});
  });

  it('returns the function’s error beside its payload', async () => {
    const error = { errorType: 'Error', errorMessage: 'broken', trace: ['Error: broken'] };
    const { invoke } = await start({ kind: 'error', error });

    const answer = await invoke({});

    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(read(answer.Payload)).toEqual(error);
  });

  it('buffers a streamed response', async () => {
    const body = Readable.from([Buffer.from('"a'), Buffer.from('b"')]);
    const { invoke } = await start({ kind: 'stream', contentType: 'application/json', body });

    expect(read((await invoke({})).Payload)).toBe('ab');
  });

  it('of type Event is queued', async () => {
    const { invoke, queued } = await start();

    const answer = await invoke({ InvocationType: 'Event', Payload: '{"a":1}' });

    expect(answer.StatusCode).toBe(202);
    expect(queued).toEqual([[functionArn('echo'), { a: 1 }]]);
  });

  it('of an alias is queued for that alias', async () => {
    const { invoke, queued } = await start();

    await invoke({ InvocationType: 'Event', Qualifier: 'live' });
    await invoke({ InvocationType: 'Event', FunctionName: functionArn('echo:live') });

    expect(queued).toEqual([
      [functionArn('echo:live'), {}],
      [functionArn('echo:live'), {}],
    ]);
  });

  it('of type DryRun runs nothing', async () => {
    const { invoke, queued } = await start();

    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(queued).toEqual([]);
  });

  it.each([
    ['an unknown function', { FunctionName: 'nobody' }, 'ResourceNotFoundException', 404],
    ['an unknown alias', { Qualifier: 'old' }, 'ResourceNotFoundException', 404],
    ['a name that is none', { FunctionName: 'a b' }, 'InvalidParameterValueException', 400],
    ['no JSON', { Payload: '{' }, 'InvalidRequestContentException', 400],
    [
      'an event over 1 MB',
      { InvocationType: 'Event' as const, Payload: JSON.stringify('x'.repeat(1024 * 1024)) },
      'RequestTooLargeException',
      413,
    ],
    ['over 6 MB', { Payload: JSON.stringify('x'.repeat(6_291_556)) }, 'RequestTooLargeException', 413],
  ])('with %s is refused', async (_, input, name, httpStatusCode) => {
    const { invoke } = await start();

    await expect(invoke(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('is throttled with the error of Lambda', async () => {
    const { invoke } = await start({ kind: 'error', error: lambdaErrors.throttled() });

    await expect(invoke({})).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('requires lambda:InvokeFunction on the function', async () => {
    const { asRole } = await start();

    expect((await asRole({})).StatusCode).toBe(200);
    await expect(asRole({ FunctionName: 'other' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
