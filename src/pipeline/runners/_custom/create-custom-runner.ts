import type { CustomRole } from '#model/plan.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Runner } from '#ports/runner.ts';
import { answerSchemaFor } from '../../prompts/deep-scan-schema.ts';
import { isOpen, writeCustom, writeCustomOnFinding } from '../../prompts/write-custom.ts';
import { askModel } from '../_reply/ask-model.ts';
import { notAsked } from '../_reply/failure.ts';
import { roomForAnswer } from '../_reply/max-tokens.ts';
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
    request({ model }, { chunk }, { reads, fenceSecret }) {
      const messages = reads === 'prompt' ? writeCustom(definition, chunk, fenceSecret) : [];
      const schema = reads === 'prompt' ? schemaOf(definition, chunk.files.length) : null;
      return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages) };
    },
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
    request({ model }, { chunk, finding }, { reads, fenceSecret }) {
      const messages = reads === 'prompt' && finding !== null ? writeCustomOnFinding(definition, chunk, finding, fenceSecret) : [];
      const schema = messages.length > 0 && !isOpen(definition.schema) ? definition.schema : null;
      return { role, chunk, messages, schema, maxTokens: roomForAnswer(model, messages) };
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
