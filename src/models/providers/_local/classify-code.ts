import type { ClassificationAnswer, TokenAnswer } from '#lib/classification-answer.ts';
import { collectBatches } from './collect-batches.ts';
import type { HostOptions, HostReply, Segment } from './host-messages.ts';
import type { LoadedOnnx, Tokenizer } from './onnx-package.ts';
import { readLabels } from './read-labels.ts';
import { findMarkedTokens } from './read-tokens.ts';
import { type ShownWindow, windowLines } from './window-lines.ts';

type Classified = ClassificationAnswer['classifications'] | TokenAnswer['tokens'];

/** How a classifier answers about code: by one pass over windows that many calls may share. */
export function openClassifier(
  loaded: LoadedOnnx,
  { task, batchSize, overlap }: HostOptions,
  takeTurn: <T>(work: () => Promise<T>) => Promise<T>,
): (segments: readonly Segment[], signal: AbortSignal) => Promise<HostReply> {
  const { tokenizer, model, window } = loaded;
  const count = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).length;
  const size = { count, limit: Math.max(1, window - marksAround(tokenizer)), overlap };

  const classify = collectBatches<ShownWindow, Classified>({
    largest: batchSize,
    sizeOf: ({ text }) => text.length,
    run: (windows) =>
      takeTurn(async () => {
        const inputs = tokenizer(
          windows.map(({ text }) => text),
          { padding: true, truncation: false },
        );
        const { logits } = await model(inputs);
        const rows = (logits.type === 'float32' ? logits : logits.to('float32')).tolist();
        if (task === 'token-classification')
          return windows.map((shown, at) => findMarkedTokens(shown, (rows as number[][][])[at] ?? [], loaded));
        return windows.map((shown, at) => [{ ...placeOf(shown), labels: [...readLabels((rows as number[][])[at] ?? [], model.config)] }]);
      }),
  });

  return async (segments, signal) => {
    const windows = segments.flatMap(({ path, lines }) => windowLines(lines, size).map((cut) => ({ path, ...cut })));
    const found = (await classify(windows, signal)).flat();
    return {
      text: JSON.stringify(task === 'text-classification' ? { classifications: found } : { tokens: found }),
      finish: 'complete',
      tokensIn: windows.reduce((sum, { text }) => sum + count(text), 0),
      tokensOut: 0,
    };
  };
}

const placeOf = ({ path, startLine, endLine }: ShownWindow) => ({ path, startLine, endLine });

/** Marks that the tokenizer sets around a text: `[CLS]` and `[SEP]`. */
function marksAround(tokenizer: Tokenizer): number {
  return tokenizer.encode('x').length - tokenizer.encode('x', { add_special_tokens: false }).length;
}
