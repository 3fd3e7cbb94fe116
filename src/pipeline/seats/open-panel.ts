import type { Execution, Outcome } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { Task } from '#ports/runner.ts';
import { chooseStandIn, wantsStandIn } from './choose-stand-in.ts';
import type { Desk } from './desk.ts';
import { type Line, type LineContext, openLine } from './open-line.ts';

/** All seats of a plan, with their reserves. */
export interface Panel {
  /** Seats of a stage by their ids, in that order. */
  seats(ids: readonly string[]): readonly Seat[];
  /** The seat or reserve of a model in a role; null where the plan has none. */
  seatOf(modelId: string, role: string): Seat | null;
  /**
   * Opens a round of questions about one thing: no model is asked twice in it, whoever's seat it takes. `idle`: seats that
   * are not asked in it, and so can stand in before any reserve.
   */
  openRound(idle?: readonly Seat[]): Round;
}

export interface Round {
  /**
   * Asks the model of a seat. Where it refuses or is out of order, the next reserve of the role takes the seat: seats that
   * were asked earlier in the round choose before it, however slow their models are, so that who was faster decides
   * nothing. Answers everybody's turn in order. Throws the signal's reason when cancelled.
   */
  ask(seat: Seat, task: Task): Promise<readonly Execution[]>;
}

/** Each seat has `plan.concurrency` calls of its own in flight: a slow one holds nobody else up. */
export function openPanel(plan: Pick<Plan, 'seats' | 'reserves' | 'concurrency'>, ctx: LineContext, desk: Desk): Panel {
  const lines = new Map<Seat, Line>();
  const lineOf = (seat: Seat): Line => {
    const line = lines.get(seat) ?? openLine(seat, plan.concurrency, ctx, desk);
    lines.set(seat, line);
    return line;
  };
  const seatedIn = (role: string, but: readonly Seat[] = []) =>
    new Set(plan.seats.filter((seat) => seat.role === role && !but.includes(seat)).map(({ model }) => model.model_id));

  const openRound = (idle: readonly Seat[] = []): Round => {
    // Claimed when chosen, not when asked: two seats never wait for one model.
    const taken = new Map<string, Set<string>>();
    const inTurn = new Map<string, Promise<unknown>>();

    const askSeat = async (seat: Seat, task: Task, earlier: Promise<unknown> | undefined): Promise<readonly Execution[]> => {
      const { role } = seat;
      const waiting = idle.filter((one) => one.role === role);
      const busy = taken.get(role) ?? seatedIn(role, waiting);
      taken.set(role, busy);
      const spare = plan.reserves.filter((reserve) => reserve.role === role && !seatedIn(role).has(reserve.model.model_id));
      const reserves = [...waiting, ...spare];
      const executions: Execution[] = [];
      const failed: Line[] = [];
      for (let line: Line | null = lineOf(seat); line !== null; ) {
        const outcome = await line.ask(task);
        announce(line.seat, task, outcome, ctx);
        executions.push(recordOf(line.seat, seat, task, outcome));
        if (!wantsStandIn(outcome)) break;
        failed.push(line);
        if (reserves.length > 0) await earlier;
        line = chooseStandIn(reserves.map(lineOf), task.chunk, failed, (modelId) => busy.has(modelId));
        if (line !== null) busy.add(line.seat.model.model_id);
      }
      return executions;
    };
    return {
      ask(seat, task) {
        const earlier = inTurn.get(seat.role);
        const asking = askSeat(seat, task, earlier);
        inTurn.set(seat.role, Promise.allSettled([earlier, asking]));
        return asking;
      },
    };
  };

  return {
    seats: (ids) => ids.flatMap((id) => plan.seats.find((seat) => seat.id === id) ?? []),
    seatOf: (modelId, role) =>
      [...plan.seats, ...plan.reserves].find((seat) => seat.role === role && seat.model.model_id === modelId) ?? null,
    openRound,
  };
}

function recordOf(asked: Seat, owner: Seat, { chunk, cases, finding }: Task, outcome: Outcome): Execution {
  return {
    modelId: asked.model.model_id,
    role: owner.role,
    chunkId: chunk.id,
    outcome,
    standsInFor: asked === owner ? null : owner.model.model_id,
    ...(finding !== null && { finding: finding.fingerprint }),
    ...(cases.length > 0 && { cases: cases.map(({ id }) => id) }),
  };
}

function announce(seat: Seat, { chunk }: Task, outcome: Outcome, ctx: Pick<LineContext, 'emit'>): void {
  ctx.emit({
    type: outcome.kind === 'answered' ? 'model_completed' : 'model_failed',
    modelId: seat.model.model_id,
    role: seat.role,
    chunkId: chunk.id,
    outcome: outcome.kind,
    reason: outcome.kind === 'answered' ? null : outcome.reason,
  });
}
