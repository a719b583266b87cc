import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CliError } from '../errors.ts';
import { connectionTo } from './connection.ts';
import { explain } from './explain.ts';
import { findPlace } from './find-place.ts';

/** An STS endpoint, named by the environment, with the same response to every call. */
async function sts(status: number, body: string) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
}

const nothing = { data: undefined, profile: undefined, stage: undefined, region: undefined };
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::123456789012:user/ops</Arn><UserId>u</UserId><Account>123456789012</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`;
const expired = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
  <Code>ExpiredToken</Code><Message>The security token is expired</Message></Error></ErrorResponse>`;

afterEach(() => vi.unstubAllEnvs());

describe('a stage on AWS', () => {
  it('is in the account of the credentials, with the names of its stack', async () => {
    await sts(200, identity);

    const { place, eventStore, failureBucket } = connectionTo(await findPlace({ ...nothing, stage: 'prod' }));

    expect(place).toMatchObject({
      where: 'AWS account 123456789012, us-east-1',
      stage: 'prod',
      accountId: '123456789012',
    });
    expect(place.endpoint).toBeUndefined();
    expect([eventStore, failureBucket]).toEqual(['nova-event-store', 'nova-failures-123456789012-us-east-1']);
  });

  it.each([
    ['--profile', 'nobody', undefined],
    ['AWS_PROFILE', undefined, 'nobody'],
  ])(
    'is not found with the profile of %s when that has no credentials: the error names it',
    async (_, profile, configured) => {
      await sts(200, identity);
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
      vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
      vi.stubEnv('AWS_PROFILE', configured);

      const finding = findPlace({ ...nothing, stage: 'dev', profile });

      await expect(finding).rejects.toThrow(CliError);
      await expect(finding).rejects.toThrow(/^The profile nobody .*`aws sso login --profile nobody`/);
    },
  );

  it('is in the region of --region', async () => {
    await sts(200, identity);

    const { place, eventStore } = connectionTo(await findPlace({ ...nothing, region: 'eu-west-1' }));

    expect(place).toMatchObject({ stage: 'dev', region: 'eu-west-1' });
    expect(eventStore).toBe('nova-dev-event-store');
  });

  it('is refused with expired credentials, with the remedy', async () => {
    await sts(403, expired);

    const error = await findPlace({ ...nothing, stage: 'prod' }).catch((reason: unknown) => reason);

    expect(explain(error)).toMatch(/have expired or are not valid .*sign in again/);
  });
});
