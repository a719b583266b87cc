import { createHmac } from 'node:crypto';
import { webhookHeaders } from '@nova/shared/api/webhooks';

const secretPrefix = 'whsec_';

/**
 * Headers that prove who sent a body, and when. Source: Standard Webhooks specification, "Signature scheme".
 * @param id the same at every try, so that the receiver takes it once
 */
export function signed(id: string, sentAt: Date, body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: timestamp,
    [webhookHeaders.signature]: `v1,${signature}`,
  };
}
