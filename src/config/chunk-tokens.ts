import { estimateTokens } from '#lib/estimate-tokens.ts';
import { codeTokens, MOST_INSTRUCTIONS } from '#lib/prompt-room.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan } from '#model/plan.ts';

/** Detectors read files, not windows. Whole-file mode stays below this by its own limit of lines. */
const WITHOUT_LANGUAGE_MODEL = 50_000;

/** Tokens of code that fit the smallest window among the models, beside instructions and answer. */
export function chunkTokens(
  entries: readonly ModelEntry[],
  readsPrompt: (entry: ModelEntry) => boolean,
  instructions: Plan['instructions'] = [],
): number {
  const owners = estimateTokens(
    instructions
      .map(({ text }) => text)
      .join('\n')
      .slice(0, MOST_INSTRUCTIONS),
  );
  const readers = entries.filter(readsPrompt);
  return readers.length === 0 ? WITHOUT_LANGUAGE_MODEL : Math.min(...readers.map((entry) => codeTokens(entry, owners)));
}
