import { makeVisible } from '#lib/make-visible.ts';
import type { Finding } from '#model/finding.ts';

/** Characters of a finding's message that a prompt holds. */
const MAX_MESSAGE = 800;

/** A finding as a JSON object. Its words are those of models: not yet fenced. Made visible before it becomes JSON, so that it stays JSON. */
export function showFinding({ path, startLine, endLine, cwe, severity, title, message }: Finding): string {
  const visible = (text: string) => text.split(/\r?\n/).map(makeVisible).join('\n');
  const words = visible(message.slice(0, MAX_MESSAGE));
  return JSON.stringify({ path: makeVisible(path), startLine, endLine, cwe, severity, title: visible(title), message: words });
}
