import type { Chunk } from '#model/chunk.ts';
import type { Message } from '#ports/provider.ts';
import { fenceText } from './fence-text.ts';
import { FORM, TRUST } from './shared-words.ts';
import { showChunk } from './show-chunk.ts';
import { showInstructions } from './show-instructions.ts';

const TASK = `You sort changes to a program: which deserve a close security review? A change is suspicious where an added line may let outside input reach a query, command, file, address, page or parser, weakens authentication, authorization, cryptography or configuration, or holds a secret; or where a removed line was a check. In doubt it is suspicious. Safe is only what cannot matter.`;

const ANSWER = `Answer with one JSON object and nothing else:
{"suspicious": true or false, "confidence": 0 to 1, "reason": string}
confidence: how sure you are of that answer. reason: one sentence.`;

/** The messages of a triage. */
export function writeTriage(chunk: Chunk, secret: string): readonly Message[] {
  const owners = showInstructions(chunk, secret);
  return [
    { role: 'system', content: [TASK, FORM, TRUST, ...owners.told, ANSWER].join('\n\n') },
    { role: 'user', content: `${owners.shown}${fenceText(showChunk(chunk), secret)}` },
  ];
}
