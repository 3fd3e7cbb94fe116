import { groupBy } from '#lib/group-by.ts';
import type { Execution, Outcome } from '#model/outcome.ts';
import { cutText } from './plain-text.ts';
import { countOf } from './wording.ts';

/** One model that took the seat of another for some chunks. */
export interface StandIn {
  readonly model: string;
  readonly role: string;
  readonly standsInFor: string;
  readonly chunks: number;
  /** Of those chunks, the ones that it answered in full. */
  readonly answered: number;
  /** What kept the other from answering: each way once, in the order of the chunks. */
  readonly because: readonly { readonly outcome: Outcome['kind']; readonly reason: string }[];
}

/** Who stood in for whom, and why, in the order of the chunks. */
export function listStandIns(executions: readonly Execution[]): readonly StandIn[] {
  const keyOf = (modelId: string, { role, chunkId }: Execution) => JSON.stringify([modelId, role, chunkId]);
  const own = new Map(executions.map((execution) => [keyOf(execution.modelId, execution), execution.outcome]));
  const pairs = groupBy(executions.filter(isStandIn), ({ modelId, role, standsInFor }) => JSON.stringify([modelId, role, standsInFor]));
  return [...pairs.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const replaced = group.flatMap((one) => own.get(keyOf(one.standsInFor, one)) ?? []).map(faultOf);
    return [
      {
        model: first.modelId,
        role: first.role,
        standsInFor: first.standsInFor,
        chunks: group.length,
        answered: group.filter(({ outcome }) => outcome.kind === 'answered').length,
        because: [...groupBy(replaced, (fault) => JSON.stringify(fault)).values()].flatMap(([fault]) => fault ?? []),
      },
    ];
  });
}

/** Results that were stored before there were stand-ins lack the field. */
function isStandIn(execution: Execution): execution is Execution & { readonly standsInFor: string } {
  return typeof execution.standsInFor === 'string';
}

function faultOf(outcome: Outcome): StandIn['because'][number] {
  return { outcome: outcome.kind, reason: outcome.kind === 'answered' ? '' : outcome.reason };
}

/** Reasons that a sentence takes. */
const MOST_REASONS = 2;

/**
 * `which refused (content filter): 3 chunks`, to be put behind both names. `show` makes a model's and a server's words
 * fit to be read where the sentence stands.
 */
export function describeStandIn({ chunks, answered, because }: StandIn, show: (text: string) => string): string {
  const told = because.slice(0, MOST_REASONS).map(({ outcome, reason }) => {
    const why = reason === '' ? '' : ` (${show(cutText(reason, 200).replace(/[.]$/, ''))})`;
    return `${outcome === 'refused' ? 'refused' : 'did not answer'}${why}`;
  });
  const which = told.length === 0 ? '' : `, which ${told.join(' or ')}`;
  const of = countOf(chunks, 'chunk');
  if (answered === chunks) return `${which}: ${of}`;
  return `${which}: ${of}, ${answered === 0 ? 'not answered by it either' : `${answered} of them answered`}`;
}
