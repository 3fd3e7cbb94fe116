import type { Operation } from './operation.ts';
import { notFound, Refusal } from './refusal.ts';
import type { FakeDelivery } from './state.ts';

const FIRST_ID = 3_804_004_623_172_239_367n;

/** Adds an attempt; the newest is listed first. `agoMs`: how long ago it was. */
export function addDelivery(deliveries: FakeDelivery[], guid: string, statusCode: number, agoMs = 0): FakeDelivery {
  const delivery: FakeDelivery = {
    id: FIRST_ID + BigInt(deliveries.length),
    guid,
    delivered_at: new Date(Date.now() - agoMs).toISOString(),
    redelivery: deliveries.some((other) => other.guid === guid),
    status: statusCode === 200 ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
    status_code: statusCode,
    event: 'pull_request',
  };
  deliveries.unshift(delivery);
  return delivery;
}

/** Deliveries of the App's webhook, paged by a cursor; a redelivery is an attempt of its own with the same GUID. */
export const deliveryOperations: Readonly<Record<string, Operation>> = {
  'apps/list-webhook-deliveries': ({ state, caller, query, url }) => {
    if (caller.kind !== 'app') throw needsJwt();
    const size = Math.min(Number(query['per_page'] ?? 30), 100);
    const start = Number(query['cursor']?.replace(/^v1_/, '') ?? 0);
    const body = state.deliveries.slice(start, start + size);
    const next = `<${url}/app/hook/deliveries?per_page=${size}&cursor=v1_${start + size}>; rel="next"`;
    return { status: 200, body, headers: start + size < state.deliveries.length ? { link: next } : {} };
  },
  'apps/redeliver-webhook-delivery': ({ state, caller, params }) => {
    if (caller.kind !== 'app') throw needsJwt();
    const known = state.deliveries.find(({ id }) => String(id) === params['delivery_id']);
    if (known === undefined) throw notFound();
    state.redelivered.push(known.guid);
    return { status: 202, body: {} };
  },
};

/** What GitHub says to an installation's token. */
const needsJwt = () => new Refusal(401, 'A JSON web token could not be decoded');
