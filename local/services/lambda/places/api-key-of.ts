import type { Stack } from '../../../contracts.ts';

/**
 * Finds the API key that an event belongs to, so that keys share this machine fairly: the first id of an API key that the event
 * names. The platform's tenant is such an id, and part of every object key.
 * @returns a function of the event's JSON, which returns the id, or `''` for an event that names none
 */
export function apiKeyOf(stack: Stack): (payload: string) => string {
  const ids = stack.of('aws_api_gateway_api_key').map(({ values }) => String(values.id));
  if (ids.length === 0) return () => '';
  const anyId = new RegExp(ids.join('|'));
  return (payload) => anyId.exec(payload)?.[0] ?? '';
}
