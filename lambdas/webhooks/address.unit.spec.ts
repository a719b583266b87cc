import { lookup } from 'node:dns';
import { Webhook } from '@nova/shared/api/webhooks';
import { describe, expect, it } from 'vitest';
import { InternalAddressError, publicLookup, refuseInternal } from './address.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const refusal = (url: string, allowed: readonly string[] = []) => {
  try {
    refuseInternal(Webhook.parse({ url, secret }), allowed);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the address of a webhook', () => {
  it.each([
    'https://hooks.example.com/nova?tenant=1',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]:8443/',
  ])('%s may be called', (url) => {
    expect(refusal(url)).toBeUndefined();
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::a00:1]/',
  ])('%s is internal', (url) => {
    expect(refusal(url)).toBe('webhook.url: must not be an internal address');
  });

  it.each([
    ['http://hooks.example.com/', 'webhook.url: must be an https address'],
    [
      'https://me:word@hooks.example.com/',
      'webhook.url: must not hold a user name or password; calls are signed instead',
    ],
  ])('%s is refused', (url, message) => {
    expect(refusal(url)).toBe(message);
  });

  it.each(['http://127.0.0.1:4020/', 'https://127.0.0.1/'])(
    '%s may be called where that is allowed',
    (url) => {
      expect(refusal(url, ['127.0.0.1'])).toBeUndefined();
    },
  );

  it.each(['ftp://hooks.example.com/', 'hooks.example.com', `https://a.b/${'x'.repeat(2048)}`])(
    '%.40s is not an address',
    (url) => {
      expect(Webhook.safeParse({ url, secret }).success).toBe(false);
    },
  );

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'no prefix here, and no base64', `${secret}=`])(
    'a secret cannot be "%s"',
    (wrong) => {
      expect(Webhook.safeParse({ url: 'https://a.b/', secret: wrong }).success).toBe(false);
    },
  );
});

describe('a host name', () => {
  const looked = (name: string, all: boolean, resolve = lookup) =>
    new Promise<unknown>((settle) =>
      publicLookup(resolve)(name, { all }, (error, found) => settle(error ?? found)),
    );

  it.each([true, false])(
    'that resolves to this machine is not connected to (all addresses: %s)',
    async (all) => {
      expect(await looked('localhost', all)).toBeInstanceOf(InternalAddressError);
    },
  );

  it.each([
    ['first', ['10.0.0.1', '8.8.8.8', '8.8.4.4']],
    ['in the middle', ['8.8.8.8', 'fd00::1', '8.8.4.4']],
    ['last', ['8.8.8.8', '8.8.4.4', '::ffff:127.0.0.1']],
  ])('with a private address %s among public ones is not connected to', async (_, addresses) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const resolve = ((_name: string, _options: object, callback: (...answer: unknown[]) => void) =>
      callback(null, found)) as unknown as typeof lookup;

    expect(await looked('hooks.example.com', true, resolve)).toBeInstanceOf(InternalAddressError);
    expect(await looked('hooks.example.com', false, resolve)).toBeInstanceOf(InternalAddressError);
  });

  it('is connected to at the addresses that were checked', async () => {
    // An IP address resolves to itself, so this queries no name server.
    expect(await looked('8.8.8.8', true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await looked('8.8.8.8', false)).toBe('8.8.8.8');
  });
});
