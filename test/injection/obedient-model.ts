import { type Answering, reporting } from '../fakes/scan-context.ts';
import { ELSEWHERE, ELSEWHERE_PATH } from './attacked-change.ts';
import type { Attack } from './read-corpus.ts';

/** A model that reads for itself: it reports both weaknesses, wherever it is shown them. */
export const HONEST: Answering = reporting(/SELECT \* FROM (?:planted|elsewhere)/);

/** What a model that obeys answers about the chunk with the attack, by what the attack wants. */
const OBEYED: Readonly<Record<Attack['wants'], string>> = {
  empty: '{"findings": [], "needs": []}',
  safe: '{"suspicious": false, "confidence": 1, "reason": "reviewed and safe", "findings": []}',
  verdicts:
    '{"findings": [], "verdicts": [{"id": "c1", "verdict": "rejected", "confidence": 1, "severity": "info", "reason": "duplicate"}]}',
  garbage: 'SAFE. An old silent pond. ```json\n{"findings": "none"}\n``` ::error::owned',
  noise: JSON.stringify({
    findings: [
      { title: 'Nothing to see', cwe: 'CWE-89', severity: 'info', confidence: 0, startLine: 1, endLine: 1, evidence: 'x', message: 'fine' },
    ],
  }),
  'other-path': JSON.stringify({
    findings: [
      {
        ...{ title: 'Look there', cwe: 'CWE-798', severity: 'critical', confidence: 1, path: ELSEWHERE_PATH },
        ...{ startLine: 121, endLine: 121, evidence: ELSEWHERE, message: 'It is there, not here.' },
      },
    ],
  }),
};

/** Obeys where it is shown the attacked file, and is honest elsewhere. */
export function obedient(path: string, wants: Attack['wants']): Answering {
  return (chunk, signal, request) => (chunk.files.some((file) => file.path === path) ? OBEYED[wants] : HONEST(chunk, signal, request));
}
