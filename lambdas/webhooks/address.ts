import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Webhook } from '@nova/shared/api/webhooks';
import ipaddr from 'ipaddr.js';
import { InvalidRequestError } from '../http/problem.ts';

/** A name leads to an address that is not on the public internet. Says the name only: the rest may be confidential. */
export class InternalAddressError extends Error {
  override readonly name = 'InternalAddressError';

  constructor(host: string) {
    super(`${host} leads to an internal address, which is not called`);
  }
}

/**
 * Refuses what can be told of an address without asking DNS, so that the caller hears of it at once.
 * @param internalHosts hosts that may be called although they are internal, and by http
 * @throws InvalidRequestError naming the field
 */
export function refuseInternal(webhook: Webhook | undefined, internalHosts: readonly string[]): void {
  if (!webhook) return;
  const url = new URL(webhook.url);
  const fault = faultOf(url, internalHosts);
  if (fault) throw new InvalidRequestError([{ field: 'webhook.url', message: fault }]);
}

function faultOf(url: URL, internalHosts: readonly string[]): string | undefined {
  if (url.username || url.password) return 'must not hold a user name or password; calls are signed instead';
  if (internalHosts.includes(url.hostname)) return undefined;
  if (url.protocol !== 'https:') return 'must be an https address';
  return isInternalLiteral(url) ? 'must not be an internal address' : undefined;
}

/** Whether the host is written as an address, and that is not public. */
export function isInternalLiteral({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && !isPublic(address);
}

/**
 * Looks a name up, and fails when any of its addresses is internal. The connection goes to what was looked at here, so a
 * name cannot lead elsewhere a moment later.
 */
export const publicLookup: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? new Error(`${host} has no address`), []);
    if (!addresses.every(({ address }) => isPublic(address))) {
      return callback(new InternalAddressError(host), []);
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });

/** Neither private, loopback, link-local, shared, reserved nor one that stands for such; IPv4 in IPv6 counts as IPv4. */
function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}
