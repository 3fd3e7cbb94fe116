import type { Runner } from '#ports/runner.ts';
import { JUDGE_SCHEMA } from '../prompts/judge-schema.ts';
import { writeJudge } from '../prompts/write-judge.ts';
import { readVerdicts } from './_judge/read-verdicts.ts';
import { askModel } from './_reply/ask-model.ts';
import { notAsked } from './_reply/failure.ts';
import { statedMaxTokens, USUAL_ROOM } from './_reply/max-tokens.ts';

/** Shows a model a chunk and what others claim about it, and asks which of the claims hold. */
export const judge: Runner = {
  role: 'judge',
  summary: 'Decides which claims about a chunk hold: confirmed, rejected or uncertain.',
  request: (seat, { chunk, cases }, { reads, fenceSecret }) => ({
    role: seat.role,
    chunk,
    messages: reads === 'prompt' ? writeJudge(chunk, cases, fenceSecret) : [],
    schema: reads === 'prompt' ? JUDGE_SCHEMA : null,
    maxTokens: statedMaxTokens(seat.model) ?? USUAL_ROOM,
  }),
  async run(seat, task, ctx) {
    const request = this.request(seat, task, ctx.model);
    if (request.messages.length === 0) return notAsked(seat.role);
    return (await askModel(request, seat, ctx, readVerdicts(task.cases))).outcome;
  },
};
