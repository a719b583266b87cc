import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, it } from 'vitest';
import { bedrockFixture, chat, collect, handlers, user } from './testing/bedrock-fixture.ts';

const { bedrock, connect } = bedrockFixture();

describe('faults on demand', () => {
  const converse = () =>
    connect().client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('Hello!')] }));
  const stream = async () =>
    collect(
      (
        await connect().client.send(
          new sdk.ConverseStreamCommand({ modelId: chat, messages: [user('Hello!')] }),
        )
      ).stream,
    );

  it.each([
    ['throttle', sdk.ThrottlingException],
    ['timeout', sdk.ModelTimeoutException],
    ['error', sdk.InternalServerException],
    ['unavailable', sdk.ServiceUnavailableException],
  ] as const)('%s reaches the client as an exception of the SDK', async (fault, type) => {
    bedrock.faults.set({ [fault]: 1 });

    await expect(converse()).rejects.toBeInstanceOf(type);
    await expect(stream()).rejects.toBeInstanceOf(type);
  });

  it.each(['malformed', 'cut'] as const)('%s breaks an answer before its end', async (fault) => {
    bedrock.faults.set({ [fault]: 1 });

    await expect(converse()).rejects.toThrow();
    await expect(stream()).rejects.toThrow();
    await expect(
      connect(handlers['HTTP/2']()).client.send(
        new sdk.ConverseCommand({ modelId: chat, messages: [user('x')] }),
      ),
    ).rejects.toThrow();
  });

  it('silence lasts until the client times out', async () => {
    bedrock.faults.set({ silence: 1 });
    const requestHandler = new NodeHttpHandler({ requestTimeout: 200, throwOnRequestTimeout: true });
    const { client } = connect(requestHandler);

    await expect(
      client.send(new sdk.ConverseCommand({ modelId: chat, messages: [user('x')] })),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
