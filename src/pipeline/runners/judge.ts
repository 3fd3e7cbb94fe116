import type { Runner } from '#ports/runner.ts';
import { JUDGE_SCHEMA } from '../prompts/judge-schema.ts';
import { writeJudge } from '../prompts/write-judge.ts';
import { readVerdicts } from './_judge/read-verdicts.ts';
import { askModel } from './_reply/ask-model.ts';
import { notAsked } from './_reply/failure.ts';
import { roomForAnswer } from './_reply/max-tokens.ts';

/** Shows a model a chunk and what others claim about it, and asks which of the claims hold. */
export const judge: Runner = {
  role: 'judge',
  summary: 'Decides which claims about a chunk hold: confirmed, rejected or uncertain.',
  request({ role, model }, { chunk, cases }, { reads, fenceSecret }) {
    const messages = reads === 'prompt' ? writeJudge(chunk, cases, fenceSecret) : [];
    const schema = reads === 'prompt' ? JUDGE_SCHEMA : null;
    return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages) };
  },
  async run(seat, task, ctx) {
    const request = this.request(seat, task, ctx.model);
    if (request.messages.length === 0) return notAsked(seat.role);
    return (await askModel(request, seat, ctx, readVerdicts(task.cases))).outcome;
  },
};
