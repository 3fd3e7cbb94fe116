import type { ModelEntry } from '#model/model-entry.ts';
import type { CustomRole, Plan, Seat } from '#model/plan.ts';
import { type Guests, NO_GUESTS } from './cast-guests.ts';
import { byWeight, type Casting, has, SCAN } from './cast-roles.ts';
import type { ReviewConfig } from './read-config.ts';

/** Seats and stages of a casting, in the order in which the stages run. */
export function makeSeats(config: ReviewConfig, casting: Casting, guests: Guests = NO_GUESTS): Pick<Plan, 'seats' | 'stages' | 'roles'> {
  const { pipeline } = config.values;
  const roles = customRoles(config, casting);
  const customOn = (on: CustomRole['on']) =>
    [...casting.custom].flatMap(([role, models]) => (roles[role]?.on === on ? models.map((model) => seatOf(role, model)) : []));
  const seated = (role: string, models: readonly ModelEntry[] | null) => (models ?? []).map((model) => seatOf(role, model));
  const invited = (role: string, models: readonly ModelEntry[]): Seat[] => seated(role, models).map((seat) => ({ ...seat, guest: true }));
  const triage = [...seated('triage', casting.triage), ...invited('triage', guests.triage)];
  const [usual = [], ...later] = casting.tiers.map((models) => seated(SCAN, models));
  const first = [...usual, ...invited(SCAN, guests.scan)];
  const beside = customOn('chunks');
  const judge = seated('judge', casting.judge);
  const annotate = customOn('findings');
  const explain = seated('explain', casting.explain);
  return {
    seats: [triage, first, beside, ...later, judge, annotate, explain].flat(),
    stages: {
      triage: unlessEmpty(triage, { threshold: pipeline?.triage?.threshold ?? 0.5, votes: pipeline?.triage?.votes ?? false }),
      deepScan: { tiers: [[...first, ...beside], ...later].map(idsOf) },
      judge: unlessEmpty(judge, pipeline?.judge === undefined ? {} : { named: true }),
      annotate: unlessEmpty(annotate, {}),
      explain: unlessEmpty(explain, { max: pipeline?.explain?.max ?? 10 }),
    },
    roles,
  };
}

/**
 * Models that `models` lists for a role that is asked and that have no seat in it: the weightiest first, else in their
 * order. A model that is only registered is none: code would go where nobody sent it.
 */
export function listReserves(
  config: ReviewConfig,
  listed: readonly ModelEntry[],
  casting: Casting,
  seats: readonly Seat[],
): readonly Seat[] {
  const taken = new Set(seats.map(({ id }) => id));
  const roles = [...new Set(seats.map(({ role }) => role))];
  const stand = (role: string) => [...new Set([...(role === SCAN ? casting.spare : []), ...listed.filter(has(role))])];
  return roles
    .flatMap((role) =>
      stand(role)
        .toSorted(byWeight(config))
        .map((model) => seatOf(role, model)),
    )
    .filter(({ id }) => !taken.has(id));
}

function customRoles(config: ReviewConfig, casting: Casting): Plan['roles'] {
  return Object.fromEntries(Object.entries(config.values.roles).filter(([name]) => casting.custom.has(name)));
}

function seatOf(role: string, model: ModelEntry): Seat {
  return { id: `${role}:${model.model_id}`, role, model };
}

function idsOf(seats: readonly Seat[]): string[] {
  return seats.map(({ id }) => id);
}

function unlessEmpty<T extends object>(seats: readonly Seat[], rest: T): (T & { readonly seats: readonly string[] }) | null {
  return seats.length === 0 ? null : { seats: idsOf(seats), ...rest };
}
