import type { Chunk } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { Message } from '#ports/provider.ts';
import { askForFindings } from './ask-for-findings.ts';
import { fenceText } from './fence-text.ts';
import { hintsFor } from './language-hints.ts';
import { FORM, TRUST } from './shared-words.ts';
import { showChunk } from './show-chunk.ts';
import { showDefinition } from './show-definition.ts';
import { showInstructions } from './show-instructions.ts';

const TASK = `You review one change to a program. Report the security weaknesses that it introduces, each once, and only where
- an added line makes it possible, or a removed line prevented it;
- you can say who controls the input, how it reaches the dangerous place and what harm follows;
- the shown lines support it. Do not guess at code you cannot see: name its symbols in "needs".
Leave out style, tests, general advice and code that the change does not affect. Having nothing to report is a good answer.`;

const LATER = `You asked for definitions: they stand below the change, as unchanged lines. Answer again in full. Report lines of the change only, none of a definition.`;

/**
 * The messages of a deep scan: shared instructions first, so that servers can keep them; the untrusted change last, with
 * the definitions that the model asked for.
 */
export function writeDeepScan(chunk: Chunk, secret: string, definitions: readonly Definition[] = []): readonly Message[] {
  const hints = hintsFor(chunk.files);
  const look = hints.length === 0 ? [] : [`Look also for\n${hints.map((hint) => `- ${hint}`).join('\n')}`];
  const later = definitions.length === 0 ? [] : [LATER];
  const owners = showInstructions(chunk, secret);
  const shown = [showChunk(chunk), ...definitions.map(showDefinition)].join('\n\n');
  return [
    { role: 'system', content: [TASK, FORM, TRUST, ...owners.told, askForFindings(chunk.files.length), ...look, ...later].join('\n\n') },
    { role: 'user', content: `${owners.shown}${fenceText(shown, secret)}` },
  ];
}
