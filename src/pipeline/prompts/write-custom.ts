import type { Chunk } from '#model/chunk.ts';
import type { Finding } from '#model/finding.ts';
import type { CustomRole } from '#model/plan.ts';
import type { Message } from '#ports/provider.ts';
import { askForFindings } from './ask-for-findings.ts';
import { fenceText } from './fence-text.ts';
import { FORM, TRUST } from './shared-words.ts';
import { showChunk } from './show-chunk.ts';
import { showFinding } from './show-finding.ts';

const ABOUT = 'Below are a change to a program and, fenced like it, what a security review found in it, as a JSON object.';

/** The messages of a custom role about a chunk. Without a schema of its own, its answer has the form of a deep scan's. */
export function writeCustom({ prompt, schema }: CustomRole, chunk: Chunk, secret: string): readonly Message[] {
  const answer = isOpen(schema) ? askForFindings(chunk.files.length) : askForSchema(schema);
  return [
    { role: 'system', content: [prompt.trim(), FORM, TRUST, answer].join('\n\n') },
    { role: 'user', content: fenceText(showChunk(chunk), secret) },
  ];
}

/** The messages of a custom role about a finding. */
export function writeCustomOnFinding({ prompt, schema }: CustomRole, chunk: Chunk, finding: Finding, secret: string): readonly Message[] {
  const answer = isOpen(schema) ? 'Answer with one JSON object and nothing else.' : askForSchema(schema);
  return [
    { role: 'system', content: [prompt.trim(), ABOUT, FORM, TRUST, answer].join('\n\n') },
    { role: 'user', content: `${fenceText(showChunk(chunk), secret)}\n\n${fenceText(showFinding(finding), secret)}` },
  ];
}

/** True for a schema that says nothing. */
export function isOpen(schema: CustomRole['schema']): boolean {
  return Object.keys(schema).length === 0;
}

function askForSchema(schema: CustomRole['schema']): string {
  return `Answer with one JSON object and nothing else, in the form of this JSON Schema:\n${JSON.stringify(schema)}`;
}
