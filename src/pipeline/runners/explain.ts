import type { Runner } from '#ports/runner.ts';
import { EXPLAIN_SCHEMA } from '../prompts/explain-schema.ts';
import { writeExplain } from '../prompts/write-explain.ts';
import { readExplanation } from './_explain/read-explanation.ts';
import { askModel } from './_reply/ask-model.ts';
import { notAsked } from './_reply/failure.ts';
import { roomForAnswer } from './_reply/max-tokens.ts';

/** Has a model explain a finding and propose new text for its lines, which is not yet checked. */
export const explain: Runner = {
  role: 'explain',
  summary: 'Explains a finding, and proposes new text for its lines where that is safe.',
  request({ role, model }, { chunk, finding }, { reads, fenceSecret }) {
    const messages = reads === 'prompt' && finding !== null ? writeExplain(chunk, finding, fenceSecret) : [];
    const schema = messages.length > 0 ? EXPLAIN_SCHEMA : null;
    return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages) };
  },
  async run(seat, task, ctx) {
    const request = this.request(seat, task, ctx.model);
    if (request.messages.length === 0) return notAsked(seat.role);
    return (await askModel(request, seat, ctx, readExplanation)).outcome;
  },
};
