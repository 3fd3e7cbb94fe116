/**
 * The JSON of an answer that a program wrote; undefined where it is none. What models write needs `readJsonParts`.
 */
export function readAnswerJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** One clause on what a classifier's answer should have been: `form` names it. */
export function sayNoAnswer(text: string, answer: unknown, form: string): string {
  if (text.trim() === '') return 'the answer is empty';
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  if (typeof error === 'string') return `the answer is an error: ${error.slice(0, 200).toWellFormed().replace(/\s+/g, ' ')}`;
  return answer === undefined ? `the answer is no JSON; ${form} was expected` : `the JSON of the answer is not ${form}`;
}
