import { MOST_INSTRUCTIONS } from '#lib/prompt-room.ts';
import type { YamlPath } from '#lib/yaml-path.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan } from '#model/plan.ts';
import { LOCAL_ONLY } from './check-local.ts';

type Tell = (path: YamlPath, message: string) => string;

/** What of the rules by path, and of those on privacy, will not be as it reads. */
export function pathWarnings(
  plan: Pick<Plan, 'seats' | 'overrides' | 'instructions' | 'consensus'>,
  { leftOut, isNamed }: { readonly leftOut: readonly ModelEntry[]; readonly isNamed: boolean },
  tell: Tell,
): string[] {
  return [...localWarning(leftOut, tell), ...(isNamed ? [] : panelWarnings(plan, tell)), ...instructionWarning(plan, tell)];
}

/** Names of a registry may be many; a sentence is not. */
const MOST_NAMED = 5;

function localWarning(leftOut: readonly ModelEntry[], tell: Tell): string[] {
  if (leftOut.length === 0) return [];
  const names = leftOut.slice(0, MOST_NAMED).map(({ model_id }) => model_id);
  const more = leftOut.length - names.length;
  const who = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [tell(LOCAL_ONLY, `registered models that are not on the owner's machines take no part: ${who}`)];
}

/** Votes that are asked for and can never be had. */
function panelWarnings(
  { seats, overrides, consensus: { minVotes } }: Pick<Plan, 'seats' | 'overrides' | 'consensus'>,
  tell: Tell,
): string[] {
  const scanning = new Set(seats.filter(({ role }) => role === 'deep_scan').map(({ model }) => model.model_id));
  return overrides.flatMap(({ models }, at) => {
    const voters = models?.filter((id) => scanning.has(id)).length ?? minVotes;
    if (voters >= minVotes) return [];
    const message = `${minVotes} votes are asked for, and ${voters} of these models can vote: the files will never be fully reviewed`;
    return [tell(['overrides', at, 'models'], message)];
  });
}

function instructionWarning({ instructions }: Pick<Plan, 'instructions'>, tell: Tell): string[] {
  const all = instructions.reduce((sum, { text }) => sum + text.length, 0);
  if (all <= MOST_INSTRUCTIONS) return [];
  const message = `a prompt takes ${MOST_INSTRUCTIONS} characters of them, in their order, and together they have ${all}: where more of them are for the same files, the rest is left out`;
  return [tell(['instructions'], message)];
}
