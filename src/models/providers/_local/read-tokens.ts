import type { TokenAnswer } from '#lib/classification-answer.ts';
import type { LoadedOnnx, Tokenizer } from './onnx-package.ts';
import { labelOf, roundScore, softmax } from './read-labels.ts';
import type { ShownWindow } from './window-lines.ts';

/** The label for "nothing": https://huggingface.co/docs/transformers/tasks/token_classification */
const NOTHING = 'O';

/**
 * The tokens of a window that have a label, each with its line. Lines that the window before has shown are its to tell.
 * `logits`: a row for each token, padding behind them.
 */
export function findMarkedTokens(
  { path, text, startLine, freshLine }: ShownWindow,
  logits: readonly (readonly number[])[],
  { tokenizer, model }: Pick<LoadedOnnx, 'tokenizer' | 'model'>,
): TokenAnswer['tokens'] {
  const ids = tokenizer.encode(text, { add_special_tokens: false });
  const before = marksBefore(tokenizer, text, ids);
  const marked = ids.flatMap((id, at) => {
    const scores = softmax(logits[at + before] ?? []);
    const best = scores.indexOf(Math.max(...scores));
    const entity = labelOf(model.config, best);
    return entity === NOTHING || best < 0 ? [] : [{ at, id, entity, score: roundScore(scores[best] ?? 0) }];
  });
  if (marked.length === 0) return [];
  const ends = lineEnds(tokenizer, text);
  return marked.flatMap(({ at, id, entity, score }) => {
    const line =
      startLine +
      Math.max(
        0,
        ends.findIndex((end) => at < end),
      );
    const word = tokenizer.decode([id], { skip_special_tokens: true }).trim();
    return line < freshLine ? [] : [{ path, startLine: line, endLine: line, entity, score, word }];
  });
}

/** Marks in front of the text, such as `[CLS]`. */
function marksBefore(tokenizer: Tokenizer, text: string, ids: readonly number[]): number {
  const first = ids[0];
  return first === undefined ? 0 : Math.max(0, tokenizer.encode(text).indexOf(first));
}

/**
 * How many tokens lie before the end of each line. A tokenizer that joins a line end with what follows may put a token at
 * a border on the line beside it.
 */
function lineEnds(tokenizer: Tokenizer, text: string): readonly number[] {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    ends.push(tokenizer.encode(text.slice(0, at + 1), { add_special_tokens: false }).length);
  }
  return [...ends, Number.POSITIVE_INFINITY];
}
