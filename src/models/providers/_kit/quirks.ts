import { isTooLarge } from './describe-status.ts';
import { StatusFault } from './status-fault.ts';

/**
 * A peculiarity of servers, learned from their refusal: a parameter that one model does not take, a form of answer
 * that one server does not offer. `Shape` is how a request is built.
 */
export interface Quirk<Shape> {
  readonly name: string;
  /** True when the refusal is about this. */
  recognises(fault: StatusFault): boolean;
  /** The shape to try next, or null when there is nothing left to change. */
  adapt(shape: Shape, fault: StatusFault): Shape | null;
}

/** Sends with the shape that is known to work, and learns. One for each connected model. */
type Learner<Shape> = <T>(send: (shape: Shape) => Promise<T>) => Promise<T>;

/** Refusals that can be about the request's form. 500: llama.cpp answers so when a chat template refuses a role. */
const CAN_BE_FORM: ReadonlySet<number> = new Set([400, 415, 422, 500, 501]);

/** A server that refuses whatever is tried is given up after so many changes. */
const MOST_CHANGES = 10;

/** What was changed is kept only once the server took it: a refusal read wrongly spoils one call, not all that follow. */
export function createLearner<Shape>(initial: Shape, quirks: readonly Quirk<Shape>[]): Learner<Shape> {
  let known = initial;
  return async (send) => {
    let shape = known;
    for (let changes = 0; ; changes += 1) {
      try {
        const answer = await send(shape);
        if (changes > 0) known = shape;
        return answer;
      } catch (error) {
        const next = error instanceof StatusFault && changes < MOST_CHANGES ? adapt(shape, error, quirks) : null;
        if (next === null) throw error;
        shape = next;
      }
    }
  };
}

function adapt<Shape>(shape: Shape, fault: StatusFault, quirks: readonly Quirk<Shape>[]): Shape | null {
  if (!CAN_BE_FORM.has(fault.status) || isTooLarge(fault)) return null;
  for (const quirk of quirks) {
    const next = quirk.recognises(fault) ? quirk.adapt(shape, fault) : null;
    if (next !== null) return next;
  }
  return null;
}

/** True when a refusal names a parameter, in its field for it or as a word of its own. */
export function names(fault: StatusFault, parameter: string): boolean {
  return new RegExp(`(^|[^\\w])${parameter}([^\\w]|$)`).test(`${fault.param} ${fault.said}`);
}
