import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { describeStandIn, listStandIns } from '../stand-ins.ts';
import { escapeInline } from './escape.ts';

/** Pairs of models that fit a comment; the table of the models lists every one. */
const MAX_PAIRS = 10;

/** Whose seat another model took, and why, as a list; empty where every seat was its own. */
export function renderStoodIn({ executions }: Pick<ScanResult, 'executions'>): string {
  const standIns = listStandIns(executions);
  const sentences = standIns.slice(0, MAX_PAIRS).map((standIn) => {
    const [model, other] = [standIn.model, standIn.standsInFor].map((id) => `**${escapeInline(cutText(id, 100))}**`);
    return `- ${model} stood in for ${other}${describeStandIn(standIn, escapeInline)}`;
  });
  const more = standIns.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}
