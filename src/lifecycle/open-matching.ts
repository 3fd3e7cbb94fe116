import { compareText } from '#consensus/claim-order.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import type { KnownTrace, Recognisable, Traced } from './finding-trace.ts';

/** Found and known findings of which one after the other is matched. */
export interface Matching<F> {
  readonly matches: ReadonlyMap<F, KnownFinding>;
  /** What is not matched yet, by place: in the same order, whatever the order in which it was given. */
  open(): { readonly found: readonly Traced<F>[]; readonly known: readonly KnownTrace[] };
  take(found: Traced<F>, known: KnownTrace): void;
}

interface Tracers<F> {
  traceFound(one: F): Omit<Traced<F>, 'one'>;
  traceKnown(one: KnownFinding): Omit<KnownTrace, 'one'>;
}

/** Of several known findings of one name, the first counts. */
export function openMatching<F extends Recognisable>(
  found: readonly F[],
  known: readonly KnownFinding[],
  { traceFound, traceKnown }: Tracers<F>,
): Matching<F> {
  const matches = new Map<F, KnownFinding>();
  const taken = new Set<KnownFinding>();
  const all = found.toSorted(compare).map((one) => ({ one, ...traceFound(one) }));
  const named = new Map(
    known
      .toSorted(compare)
      .toReversed()
      .map((one) => [one.fingerprint, one]),
  );
  const earlier = [...named.values()].toReversed().map((one) => ({ one, ...traceKnown(one) }));
  return {
    matches,
    open: () => ({ found: all.filter(({ one }) => !matches.has(one)), known: earlier.filter(({ one }) => !taken.has(one)) }),
    take(trace, one) {
      matches.set(trace.one, one.one);
      taken.add(one.one);
    },
  };
}

function compare(a: Recognisable, b: Recognisable): number {
  return (
    compareText(a.path, b.path) ||
    a.startLine - b.startLine ||
    a.endLine - b.endLine ||
    compareText(a.fingerprint, b.fingerprint) ||
    compareText(a.evidence, b.evidence)
  );
}
