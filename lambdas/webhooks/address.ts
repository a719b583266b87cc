import type { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Webhook } from '@nova/shared/api/webhooks';
import ipaddr from 'ipaddr.js';
import { addressRefused } from '../domain/delivery.ts';
import { InvalidRequestError } from '../http/problem.ts';

/** A name resolves to an address outside of the public internet. The message does not hold the name, which may be confidential. */
export class InternalAddressError extends Error {
  override readonly name = 'InternalAddressError';
  readonly code = addressRefused;

  constructor() {
    super('The host resolves to an internal address, which is not called');
  }
}

/**
 * Refuses an internal address that is recognised without DNS, so that the caller learns of it at once.
 * @param internalHosts internal hosts that may be called, also by http
 * @throws InvalidRequestError naming the field
 */
export function refuseInternal(webhook: Webhook | undefined, internalHosts: readonly string[]): void {
  if (!webhook) return;
  const fault = urlFault(new URL(webhook.url), internalHosts);
  if (fault) throw new InvalidRequestError([{ field: 'webhook.url', message: fault }]);
}

/** Why an address may not be called, as far as that is known without DNS. */
export function urlFault(url: URL, internalHosts: readonly string[]): string | undefined {
  if (url.username || url.password) return 'must not hold a user name or password; calls are signed instead';
  if (internalHosts.includes(url.hostname)) return undefined;
  if (url.protocol !== 'https:') return 'must be an https address';
  return isInternalLiteral(url) ? 'must not be an internal address' : undefined;
}

/** Whether the host is an IP address that is not public. */
function isInternalLiteral({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && !isPublic(address);
}

/**
 * Looks up a name, and fails when any of its addresses is internal. The connection uses the addresses checked here, so the
 * name cannot resolve to others a moment later.
 * @param resolve Node's lookup
 */
export function publicLookup(resolve: typeof lookup): LookupFunction {
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${host} has no address`), []);
      if (!addresses.every(({ address }) => isPublic(address)))
        return callback(new InternalAddressError(), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
}

/** Not private, loopback, link-local, shared or reserved; IPv4 mapped to IPv6 counts as IPv4. */
function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}
