import type { Behaviour } from './model-server.ts';

/** A finding in the form of the answer schema of `deep_scan`; what is left out gets a default. */
interface SimulatedFinding {
  readonly title?: string;
  readonly cwe?: string;
  readonly severity?: string;
  readonly confidence?: number;
  readonly path?: string;
  readonly startLine: number;
  readonly endLine?: number;
  readonly evidence: string;
  readonly message?: string;
  readonly fix?: string | null;
}

/** What a simulated model is asked. */
export interface Question {
  readonly model: string;
  readonly system: string;
  /** All messages as one text. */
  readonly prompt: string;
  /** The new-side lines that the prompt shows, by the form `<number> <mark> <code>`. */
  readonly lines: readonly { readonly line: number; readonly added: boolean; readonly code: string }[];
  readonly body: Record<string, unknown>;
}

/** An answer: findings, the text of one, or anything that a server can do instead. */
export type Simulated = readonly SimulatedFinding[] | string | Behaviour;

/** Answers a question; may take its time. */
export type SimulatedModel = (question: Question) => Simulated | Promise<Simulated>;

/** Reads a chat request, which has the same form in both APIs. */
export function readQuestion(body: Record<string, unknown>): Question {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as { role: string; content: string }[]) : [];
  const prompt = messages.map((message) => message.content).join('\n');
  const lines = [...prompt.matchAll(/^ *(\d+) ([+ ]) (.*)$/gm)].map(([, line, mark, code]) => ({
    line: Number(line),
    added: mark === '+',
    code: code ?? '',
  }));
  return {
    model: String(body['model']),
    system: messages.find((message) => message.role === 'system')?.content ?? '',
    prompt,
    lines,
    body,
  };
}

/** The text of an answer, or the behaviour that stands in its place. */
export function wordAnswer(simulated: Simulated): { text: string } | { behaviour: Behaviour } {
  if (typeof simulated === 'string') return { text: simulated };
  if (isFindings(simulated)) return { text: JSON.stringify({ findings: simulated.map(complete), needs: [] }) };
  return { behaviour: simulated };
}

function isFindings(simulated: Simulated): simulated is readonly SimulatedFinding[] {
  return Array.isArray(simulated);
}

function complete(finding: SimulatedFinding) {
  return {
    title: 'Weakness',
    cwe: 'CWE-89',
    severity: 'high',
    confidence: 0.9,
    message: 'Untrusted input reaches a sensitive call.',
    fix: null,
    endLine: finding.startLine,
    ...finding,
  };
}

/** A model that reports each added line that matches, as one weakness. */
export function reportLines(pattern: RegExp, finding: Partial<SimulatedFinding> = {}): SimulatedModel {
  return ({ lines }) =>
    lines
      .filter(({ added, code }) => added && pattern.test(code))
      .map(({ line, code }) => ({ ...finding, startLine: line, evidence: code.trim() }));
}
