import { definitionTokens } from '#lib/prompt-room.ts';
import type { Runner } from '#ports/runner.ts';
import { answerSchemaFor } from '../prompts/deep-scan-schema.ts';
import { writeDeepScan } from '../prompts/write-deep-scan.ts';
import { meetNeeds } from './_needs/meet-needs.ts';
import { ownDefinitions } from './_needs/own-definitions.ts';
import { askModel } from './_reply/ask-model.ts';
import { roomForAnswer } from './_reply/max-tokens.ts';
import { readClaims } from './_reply/read-reply.ts';

/** Shows a model a chunk, and the definitions that it asks for, and asks for the weaknesses that the chunk introduces. */
export const deepScan: Runner = {
  role: 'deep_scan',
  summary: 'Reads a chunk closely and reports its weaknesses.',
  request({ role, model }, { chunk }, { reads, fenceSecret }) {
    const messages = reads === 'prompt' ? writeDeepScan(chunk, fenceSecret) : [];
    const schema = reads === 'prompt' ? answerSchemaFor(chunk.files.length) : null;
    return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages) };
  },
  async run(seat, task, ctx) {
    const { chunk } = task;
    const { model, lookUp } = ctx;
    const request = this.request(seat, task, model);
    const understand = readClaims(model.reader);
    const first = await askModel(request, seat, ctx, understand);
    if (lookUp === null || model.reads === 'chunk') return first.outcome;
    const last = await meetNeeds(first, {
      chunk,
      lookUp,
      room: definitionTokens(seat.model, chunk.tokens),
      ask: (definitions) => {
        const messages = writeDeepScan(chunk, model.fenceSecret, definitions);
        return askModel({ ...request, messages }, seat, ctx, ownDefinitions(understand, chunk, definitions));
      },
    });
    return last.outcome;
  },
};
