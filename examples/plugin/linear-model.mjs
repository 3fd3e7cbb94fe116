// A small model as a plug-in: a linear classifier over the words of a line, with a weight for each word and a bias.
// It looks at each added line alone, so that it is fast and easily fooled: a second opinion, not a judge.
import { readFileSync } from 'node:fs';

const { bias, weights } = JSON.parse(readFileSync(new URL('weights.json', import.meta.url), 'utf8'));

/** From this probability on a line is reported. */
const THRESHOLD = 0.7;

/** The probability that a line builds a query from outside, 0 to 1. */
export function score(line) {
  const words = new Set(line.toLowerCase().match(/[a-z_]+|\$\{|[+%]/g) ?? []);
  const sum = [...words].reduce((total, word) => total + (weights[word] ?? 0), bias);
  return 1 / (1 + Math.exp(-sum));
}

/** The model: `model: ./examples/plugin/linear-model.mjs#linearModel`. */
export const linearModel = {
  // `request.chunk` holds the changed files with their lines; `request.messages` would be the prompt (`reads: prompt`).
  async call({ chunk }, signal) {
    const findings = [];
    for (const file of chunk.files) {
      signal.throwIfAborted();
      for (const line of file.hunks.flatMap((hunk) => hunk.lines)) {
        const confidence = score(line.text);
        if (line.mark !== 'added' || confidence < THRESHOLD) continue;
        findings.push({
          ...{ title: 'Query built from outside', cwe: 'CWE-89', severity: 'high', confidence: Number(confidence.toFixed(2)) },
          ...{ path: file.path, startLine: line.newLine, endLine: line.newLine, evidence: line.text.trim() },
          ...{ message: 'The words of this line are those of queries that are put together from values.', fix: null },
        });
      }
    }
    return { findings };
  },

  async health() {
    return { available: true, detail: `${Object.keys(weights).length} words are known.` };
  },

  // What decides its answers: they are kept until the weights change.
  async identity() {
    return JSON.stringify({ bias, weights });
  },
};
