import type { Runner } from '#ports/runner.ts';
import { TRIAGE_SCHEMA } from '../prompts/triage-schema.ts';
import { writeTriage } from '../prompts/write-triage.ts';
import { askModel } from './_reply/ask-model.ts';
import { roomForAnswer } from './_reply/max-tokens.ts';
import { readFindings, readTriage } from './_triage/read-triage.ts';

/** Room for one sentence, and for what a model thinks before it. */
const ROOM = 1_024;

/** Asks a model whether a chunk deserves a close look. Its silence is no "safe": only an `answered` outcome has a score. */
export const triage: Runner = {
  role: 'triage',
  summary: 'Says of a chunk whether it deserves a close look.',
  request({ role, model }, { chunk }, { reads, fenceSecret }) {
    const messages = reads === 'prompt' ? writeTriage(chunk, fenceSecret) : [];
    const schema = reads === 'prompt' ? TRIAGE_SCHEMA : null;
    return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages, ROOM) };
  },
  async run(seat, task, ctx) {
    const { reads, reader } = ctx.model;
    const understand = reads === 'prompt' ? readTriage(reader) : (text: string) => readFindings(reader, text);
    return (await askModel(this.request(seat, task, ctx.model), seat, ctx, understand)).outcome;
  },
};
