import { createHash } from 'node:crypto';
import { canonicalJson } from '#lib/canonical-json.ts';
import type { Plan, Seat } from '#model/plan.ts';

/**
 * Names what decides what models answer and how they vote, as SHA-256 in hexadecimal: a finding is carried over only from
 * a scan of the same key. `version` is that of the program, whose prompts and rules decide as well. What is applied anew
 * in each scan is not in it: paths, budget, suppressions, floors, what fails the check, how many calls run at once.
 */
export function planKey(plan: Plan, version: string): string {
  const { seats, reserves, stages, roles, consensus, review, overrides, instructions, privacy, chunkTokens } = plan;
  const decisive = {
    ...{ version, stages, roles, consensus, instructions, privacy, chunkTokens },
    seats: seats.map(keyOfSeat),
    reserves: reserves.map(keyOfSeat),
    scope: review.scope,
    models: overrides.flatMap(({ paths, models }) => (models === null ? [] : [{ paths, models }])),
  };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex');
}

/** A registered model also tells how it is called and when it was last seen: that decides nothing. */
function keyOfSeat({ id, role, model }: Seat) {
  const { model_id, model_type, provider_id, model_name, parser_id, parser_config, settings, weight, family, covers, timeout_ms } = model;
  return {
    id,
    role,
    model_id,
    model_type,
    provider_id,
    model_name,
    parser_id,
    parser_config,
    settings,
    weight,
    family,
    covers,
    timeout_ms,
  };
}
