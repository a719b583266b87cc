import { describe, expect, it } from 'vitest';
import { aReceiver } from '../testing/receiver.ts';
import { type DeliveryDependencies, deliver } from './deliver.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** Delivers to a receiver that answers with these statuses, the last one again and again. */
async function deliverTo(statuses: readonly number[], given: Partial<DeliveryDependencies> = {}) {
  const left = [...statuses];
  const { url, received } = await aReceiver((_, response) => {
    const [status = 0] = left.length > 1 ? left.splice(0, 1) : left;
    response.writeHead(status).end();
  });
  const pauses: number[] = [];
  const delivery = await deliver({ url, secret }, 'job@3', '{}', {
    internalHosts: ['127.0.0.1'],
    wanted: async () => true,
    pause: async (milliseconds) => pauses.push(milliseconds),
    ...given,
  });
  return { delivery, received, pauses };
}

describe('a delivery', () => {
  it('ends with the call that is accepted, and each call has the same id', async () => {
    const { delivery, received, pauses } = await deliverTo([503, 302, 204]);

    expect(delivery).toEqual({
      outcome: 'delivered',
      calls: [{ status: 503 }, { status: 302 }, { status: 204 }],
    });
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['job@3', 'job@3', 'job@3']);
    expect(pauses).toEqual([1000, 5000]);
  });

  it('ends undelivered after the third call', async () => {
    const { delivery, received } = await deliverTo([500]);

    expect(delivery.outcome).toBe('undelivered');
    expect(received).toHaveLength(3);
  });

  it('ends with 410, without another call', async () => {
    const { delivery, received } = await deliverTo([410]);

    expect(delivery).toEqual({ outcome: 'refused', calls: [{ status: 410 }] });
    expect(received).toHaveLength(1);
  });

  it('ends with a call that times out, because other deliveries wait for it', async () => {
    const { url, received } = await aReceiver(() => {});

    const delivery = await deliver({ url, secret }, 'job@3', '{}', {
      internalHosts: ['127.0.0.1'],
      wanted: async () => true,
      timeoutMs: 200,
    });

    expect(delivery).toEqual({ outcome: 'undelivered', calls: [{ failure: 'TIMEOUT' }] });
    expect(received.length).toBeLessThan(2);
  });

  it('stops between two calls when it is no longer wanted', async () => {
    let asked = 0;
    const wanted = async () => ++asked <= 2;

    const { delivery, received } = await deliverTo([503], { wanted });

    expect(delivery).toEqual({ outcome: 'unwanted', calls: [{ status: 503 }] });
    expect(received).toHaveLength(1);
  });
});
