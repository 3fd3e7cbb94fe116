import type { CustomRole } from '#model/plan.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Runner } from '#ports/runner.ts';
import { answerSchemaFor } from '../../prompts/deep-scan-schema.ts';
import { isOpen, writeCustom, writeCustomOnFinding } from '../../prompts/write-custom.ts';
import { askModel } from '../_reply/ask-model.ts';
import { notAsked } from '../_reply/failure.ts';
import { statedMaxTokens, USUAL_ROOM } from '../_reply/max-tokens.ts';
import { readClaims } from '../_reply/read-reply.ts';
import { readNote } from './read-note.ts';

/** The runner of a role that configuration defines. Throws where its schema cannot be used. */
export function createCustomRunner(role: string, definition: CustomRole): Runner {
  return definition.on === 'chunks' ? lookAtChunks(role, definition) : lookAtFindings(role, definition);
}

/** Its claims are read as a deep scan's are, by the seat's parser, and vote beside them. */
function lookAtChunks(role: string, definition: CustomRole): Runner {
  return {
    role,
    summary: 'A role of the configuration, on chunks.',
    request: (seat, { chunk }, { reads, fenceSecret }): ModelRequest => ({
      role,
      chunk,
      messages: reads === 'prompt' ? writeCustom(definition, chunk, fenceSecret) : [],
      schema: reads === 'prompt' ? schemaOf(definition, chunk.files.length) : null,
      maxTokens: statedMaxTokens(seat.model) ?? USUAL_ROOM,
    }),
    async run(seat, task, ctx) {
      return (await askModel(this.request(seat, task, ctx.model), seat, ctx, readClaims(ctx.model.reader))).outcome;
    },
  };
}

function lookAtFindings(role: string, definition: CustomRole): Runner {
  const understand = readNote(definition.schema);
  return {
    role,
    summary: 'A role of the configuration, on findings.',
    request: (seat, { chunk, finding }, { reads, fenceSecret }): ModelRequest => {
      const prompted = reads === 'prompt' && finding !== null;
      return {
        role,
        chunk,
        messages: prompted ? writeCustomOnFinding(definition, chunk, finding, fenceSecret) : [],
        schema: prompted && !isOpen(definition.schema) ? definition.schema : null,
        maxTokens: statedMaxTokens(seat.model) ?? USUAL_ROOM,
      };
    },
    async run(seat, task, ctx) {
      const request = this.request(seat, task, ctx.model);
      if (request.messages.length === 0) return notAsked(role);
      return (await askModel(request, seat, ctx, understand)).outcome;
    },
  };
}

/** Without a schema of its own, the answer has the form of a deep scan's. */
function schemaOf({ schema }: CustomRole, files: number): ModelRequest['schema'] {
  return isOpen(schema) ? answerSchemaFor(files) : schema;
}
