import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Definition } from '#model/definition.ts';

/**
 * Cuts definitions at lines until they fit together, estimated tokens. Short ones are kept whole, and long ones share
 * what is left; of each the head is kept. One of which not even the first line fits is left out.
 */
export function shareTokens(definitions: readonly Definition[], maxTokens: number): readonly Definition[] {
  const costs = definitions.map(({ text }) => text.split('\n').map(estimateLine));
  const order = costs.map((lines, at) => ({ at, total: sum(lines) })).sort((a, b) => a.total - b.total);
  const shares = new Map<number, number>();
  let left = maxTokens;
  for (const [done, { at, total }] of order.entries()) {
    const share = Math.min(total, Math.floor(left / (order.length - done)));
    shares.set(at, share);
    left -= share;
  }
  return definitions.flatMap((definition, at) => {
    const lines = fitting(costs[at] ?? [], shares.get(at) ?? 0);
    return lines === 0 ? [] : [{ ...definition, text: definition.text.split('\n').slice(0, lines).join('\n') }];
  });
}

/** How many of the first lines fit. */
function fitting(costs: readonly number[], share: number): number {
  let spent = 0;
  let lines = 0;
  for (const cost of costs) {
    spent += cost;
    if (spent > share) break;
    lines += 1;
  }
  return lines;
}

/** With its end, which is a token of its own. */
function estimateLine(line: string): number {
  return estimateTokens(`${line}\n`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
