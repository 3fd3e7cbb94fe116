import { readFileSync } from 'node:fs';
import type { Behaviour, Recorded } from './model-server.ts';

/** An answer of a vendor's in its whole form; a request for a stream gets the same in parts. */
export interface WholeAnswer {
  readonly kind: 'answer';
  readonly body: unknown;
  readonly status?: number;
  /** How the stream ends: as it should, or dropped or silent half way, or dropped before any text. */
  readonly ends?: 'well' | 'dropped' | 'silent' | 'early';
}

export type VendorBehaviour = Behaviour | WholeAnswer;

/** How a vendor streams what it else sends whole. */
export interface VendorStream {
  asks(request: Recorded): boolean;
  readonly contentType: string;
  /** The pieces of the stream, and how many of them come before the first text. */
  cut(body: unknown): { readonly pieces: readonly string[]; readonly before: number };
}

/** What goes over the wire for a behaviour. */
export function sendAs(behaviour: VendorBehaviour, request: Recorded, stream: VendorStream | null): Behaviour {
  if (behaviour.kind !== 'answer') return behaviour;
  if (stream === null || !stream.asks(request)) return { kind: 'json', body: behaviour.body, status: behaviour.status ?? 200 };
  const { pieces, before } = stream.cut(behaviour.body);
  const { ends = 'well' } = behaviour;
  return {
    kind: 'stream',
    contentType: stream.contentType,
    pieces: ends === 'well' ? pieces : pieces.slice(0, ends === 'early' ? before : before + 1),
    gapMs: 1,
    ...(ends === 'dropped' || ends === 'early' ? { dropAtEnd: true } : {}),
    ...(ends === 'silent' ? { hangAtEnd: true } : {}),
  };
}

/** Text in parts, as models stream it. */
export function inParts(text: string): readonly string[] {
  return text.match(/.{1,6}/gs) ?? [];
}

interface Fixture {
  /** The page that gives the form, or a report that quotes it. */
  readonly source: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** The hand-made answers of one vendor, by the situation that they stand for: `test/fixtures/vendors/NAME.json`. */
export function readVendorAnswers(name: string): ReadonlyMap<string, Fixture> {
  const text = readFileSync(new URL(`../fixtures/vendors/${name}.json`, import.meta.url), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, Fixture>));
}

/** A fixture as a behaviour. A refusal repeats `echo`, as strict servers repeat their request. */
export function behaviourOf({ status, headers, body }: Fixture, echo: string): VendorBehaviour {
  if (status < 300) return { kind: 'answer', body: body, status };
  return { kind: 'json', status, body: repeat(body, echo), ...(headers === undefined ? {} : { headers }) };
}

/** Appends to the sentence of a refusal, wherever its vendor puts it. */
function repeat(body: unknown, echo: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' && ['message', 'detail', 'error'].includes(name) ? `${value} ${echo}` : repeat(value, echo),
    ]),
  );
}
