import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { RunnerContext } from '#ports/runner.ts';
import { showDefinition } from '../../prompts/show-definition.ts';
import type { Heard } from '../_reply/read-reply.ts';
import { withEarlier, withLater } from '../_reply/usage.ts';

/** Rounds of questions after the first answer. */
const MAX_ROUNDS = 3;

interface Inquiry {
  readonly chunk: Chunk;
  readonly lookUp: NonNullable<RunnerContext['lookUp']>;
  /** Tokens that all definitions together may have. */
  readonly room: number;
  /** Asks again, with all definitions that were found so far. */
  readonly ask: (definitions: readonly Definition[]) => Promise<Heard>;
}

/**
 * Looks up the symbols that an answer asks for and asks again, as long as something new is asked for and found. The last
 * full answer counts: a round that fails takes nothing away.
 */
export async function meetNeeds(first: Heard, { chunk, lookUp, room, ask }: Inquiry): Promise<Heard> {
  let best = first;
  const askedFor = new Set<string>();
  const known: Definition[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { outcome, needs } = best;
    const symbols = needs.filter((symbol) => !askedFor.has(symbol));
    if (outcome.kind !== 'answered' || symbols.length === 0) break;
    for (const symbol of symbols) askedFor.add(symbol);
    const found = chooseNew(await lookUp(symbols, chunk), known, room);
    if (found.length === 0) break;
    known.push(...found);
    const next = await ask(known);
    if (next.outcome.kind !== 'answered') return { ...best, outcome: withLater(outcome, next.outcome) };
    best = { ...next, outcome: withEarlier(next.outcome, outcome.usage) };
  }
  return best;
}

/** Those that were not shown yet and still fit. */
function chooseNew(found: readonly Definition[], known: readonly Definition[], room: number): readonly Definition[] {
  const chosen: Definition[] = [];
  let left = room - tokensOf(known);
  for (const definition of found) {
    const shown = [...known, ...chosen].some(({ path, startLine }) => path === definition.path && startLine === definition.startLine);
    const tokens = tokensOf([definition]);
    if (shown || tokens > left) continue;
    left -= tokens;
    chosen.push(definition);
  }
  return chosen;
}

function tokensOf(definitions: readonly Definition[]): number {
  return definitions.reduce((sum, definition) => sum + estimateTokens(showDefinition(definition)), 0);
}
