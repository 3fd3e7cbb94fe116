import { type ClassificationAnswer, classificationAnswerSchema, type TokenAnswer, tokenAnswerSchema } from '#lib/classification-answer.ts';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Reply } from '#ports/provider.ts';
import { isTooLarge } from '../_kit/describe-status.ts';
import { exchange } from '../_kit/exchange.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { endOfClassifying } from '../_local/list-segments.ts';
import { type ShownWindow, windowLines } from '../_local/window-lines.ts';
import { readLabels, readTokens } from './read-labels.ts';

export type Task = 'text-classification' | 'token-classification';

/**
 * Tokenizers of code classifiers make up to half more of code than is estimated, because they were made for prose; two
 * tokens stand around the input.
 */
const MARGIN = 1.5;
const MARKS = 2;

/** Below this a window says nothing about code. */
const SMALLEST = 32;

/** Asks a classifier about the code of a chunk, window by window. One for each connected model. */
export function createClassifier(
  task: Task,
  url: string,
  target: Target,
  maxInputTokens: number,
): (chunk: Chunk, signal: AbortSignal) => Promise<Reply> {
  // Less than the settings say, once the server has found that too long.
  let room = maxInputTokens;
  return async (chunk, signal) => {
    for (;;) {
      try {
        const text = await classifyWindows(task, url, target, cutWindows(chunk, room), signal);
        return { text, ...endOfClassifying(chunk), tokensIn: null, tokensOut: null };
      } catch (error) {
        if (!(error instanceof StatusFault) || !isTooLong(error) || room <= SMALLEST) throw error;
        room = Math.max(SMALLEST, Math.floor(room / 2));
      }
    }
  };
}

async function classifyWindows(
  task: Task,
  url: string,
  target: Target,
  windows: readonly ShownWindow[],
  signal: AbortSignal,
): Promise<string> {
  const labelled: ClassificationAnswer['classifications'] = [];
  const tokens: TokenAnswer['tokens'] = [];
  // One input a call: a list of two is a batch to one server and a pair of texts to another.
  for (const window of windows) {
    const answer = await ask(url, target, task, window.text, signal);
    const { path, startLine, endLine } = window;
    if (task === 'text-classification') {
      const labels = readLabels(answer);
      if (labels === null) throw strangeAnswer(target, 'something else than labels with scores');
      labelled.push({ path, startLine, endLine, labels });
    } else {
      const found = readTokens(answer, window);
      if (found === null) throw strangeAnswer(target, 'something else than tokens with labels');
      tokens.push(...found);
    }
  }
  const answer =
    task === 'text-classification' ? classificationAnswerSchema.parse({ classifications: labelled }) : tokenAnswerSchema.parse({ tokens });
  return JSON.stringify(answer);
}

/** The package’s own functions read one of the forms that endpoints answer in, and throw at the others. */
async function ask(url: string, target: Target, task: Task, inputs: string, signal: AbortSignal): Promise<unknown> {
  // All labels, where the server would else tell the likeliest alone: https://huggingface.co/docs/inference-providers/tasks/text-classification
  const parameters = task === 'text-classification' ? { parameters: { top_k: 50 } } : {};
  return await exchange(target, signal, async (fetch): Promise<unknown> => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ inputs, ...parameters }) });
    return await response.json();
  });
}

/** Every line that the chunk shows of the new side, in windows of so many tokens. */
function cutWindows(chunk: Chunk, room: number): readonly ShownWindow[] {
  const limit = Math.max(1, room - MARKS);
  const size = { count: (text: string) => Math.ceil(estimateTokens(text) * MARGIN), limit, overlap: Math.floor(limit / 8) };
  return chunk.files.flatMap(({ path, hunks }) =>
    hunks.flatMap(({ lines }) => {
      const shown = lines.flatMap(({ newLine, text }) => (newLine === null ? [] : [{ line: newLine, text }]));
      return windowLines(shown, size)
        .filter(({ text }) => text.trim() !== '')
        .map((window) => ({ path, ...window }));
    }),
  );
}

/** PyTorch says it in its own words where a server did not look before. */
function isTooLong(fault: StatusFault): boolean {
  return (
    isTooLarge(fault) ||
    /size of tensor a \(\d+\) must match|index out of range in self|indexing errors|sequence length is longer/i.test(fault.said)
  );
}
