import type { KnownQuirk, LearnedQuirk, QuirkMemory } from '#ports/provider.ts';
import { isTooLarge } from './describe-status.ts';
import { StatusFault } from './status-fault.ts';

type Value = LearnedQuirk['value'];

/**
 * A peculiarity of servers: a parameter that one model does not take, a form of answer that one server does not offer.
 * `Shape` is how a request is built. It is learned from a refusal, or, where it has nothing to recognise one by, noticed
 * in an answer that was read in spite of it: then it changes no request and is there to be seen.
 */
export interface Quirk<Shape> extends KnownQuirk {
  /** True when the refusal is about this, and requests of this shape still bring it up. */
  recognises?(fault: StatusFault, shape: Shape): boolean;
  /** What is to be remembered with it, such as the largest number that the server takes. */
  value?(fault: StatusFault, shape: Shape): Value;
  /** The shape that does without. Values come from storage, too: one that makes no sense changes nothing. */
  apply?(shape: Shape, value: Value): Shape;
  /** True where it is told by words that also say that a prompt is too long, and can be told from it. */
  readonly aboutLength?: boolean;
}

/** Notes what an answer showed. */
export type Notice = (id: string, value?: Value) => void;

/** Sends with the shape that is known to work, and learns. One for each connected model. */
type Learner<Shape> = <T>(send: (shape: Shape, notice: Notice) => Promise<T>) => Promise<T>;

/** Refusals that can be about the request's form. 500: llama.cpp answers so when a chat template refuses a role. */
const CAN_BE_FORM: ReadonlySet<number> = new Set([400, 415, 422, 500, 501]);

/** A server that refuses whatever is tried is given up after so many changes. */
const MOST_CHANGES = 10;

/**
 * What was learned earlier is recalled before the first call. What is learned is kept, and told to the memory, only
 * once the server took the changed request: a refusal read wrongly spoils one call, not all that follow.
 */
export function createLearner<Shape>(
  initial: Shape,
  quirks: readonly Quirk<Shape>[],
  store: { readonly key: string; readonly memory: QuirkMemory },
): Learner<Shape> {
  let known: readonly LearnedQuirk[] = [];
  let recalling: Promise<void> | null = null;
  const recall = () => {
    recalling ??= store.memory.recall(store.key).then(
      (learned) => {
        known = learned.filter(({ id }) => quirks.some((quirk) => quirk.id === id));
      },
      () => {},
    );
    return recalling;
  };

  return async (send) => {
    await recall();
    const learned = new Map<string, Value>();
    const notice: Notice = (id, value = null) => void learned.set(id, value);
    let shape = buildShape(initial, quirks, known);
    for (let changes = 0; ; changes += 1) {
      try {
        const answer = await send(shape, notice);
        const merged = mergeQuirks(known, learned);
        if (merged !== known) {
          known = merged;
          await store.memory.learn(store.key, merged).catch(() => {});
        }
        return answer;
      } catch (error) {
        const next = error instanceof StatusFault && changes < MOST_CHANGES ? learnFrom(error, shape, quirks) : null;
        if (next === null) throw error;
        notice(next.id, next.value);
        shape = buildShape(shape, quirks, [next]);
      }
    }
  };
}

/** The shape that a list of quirks comes to. Pure. */
export function buildShape<Shape>(initial: Shape, quirks: readonly Quirk<Shape>[], learned: readonly LearnedQuirk[]): Shape {
  return learned.reduce((shape, { id, value }) => quirks.find((quirk) => quirk.id === id)?.apply?.(shape, value) ?? shape, initial);
}

/** What is shown of a table of quirks. */
export function describeQuirks<Shape>(quirks: readonly Quirk<Shape>[]): readonly KnownQuirk[] {
  return quirks.map(({ id, sentence }) => ({ id, sentence }));
}

function learnFrom<Shape>(fault: StatusFault, shape: Shape, quirks: readonly Quirk<Shape>[]): LearnedQuirk | null {
  if (!CAN_BE_FORM.has(fault.status)) return null;
  const tooLarge = isTooLarge(fault);
  const found = quirks.find((quirk) => (!tooLarge || quirk.aboutLength === true) && quirk.recognises?.(fault, shape) === true);
  return found === undefined ? null : { id: found.id, value: found.value?.(fault, shape) ?? null };
}

/** `known` itself where nothing is new. A value that was learned again replaces the former one, in its place. */
function mergeQuirks(known: readonly LearnedQuirk[], learned: ReadonlyMap<string, Value>): readonly LearnedQuirk[] {
  const merged = new Map(known.map(({ id, value }) => [id, value]));
  const before = JSON.stringify([...merged]);
  for (const [id, value] of learned) merged.set(id, value);
  return JSON.stringify([...merged]) === before ? known : [...merged].map(([id, value]) => ({ id, value }));
}

/** True when a refusal names a parameter, in its field for it or as a word of its own. */
export function names(fault: StatusFault, parameter: string): boolean {
  return new RegExp(`(^|[^\\w])${parameter}([^\\w]|$)`).test(`${fault.param} ${fault.said}`);
}
