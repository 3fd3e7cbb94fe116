import type { Quirk } from '../_kit/quirks.ts';
import type { Shape } from './request-shape.ts';

const ALTERNATE = /roles? must alternate|consecutive (messages|roles)|successive messages/i;

/** What a chat template or a server asks of the messages. */
export const MESSAGE_QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'alternating-roles',
    sentence: 'Two messages of one role in a row are refused; they are sent as one.',
    recognises: ({ said }, shape) => !shape.alternating && ALTERNATE.test(said),
    apply: (shape) => ({ ...shape, alternating: true }),
  },
  {
    id: 'developer-role',
    sentence: 'The model takes its instructions from the role `developer`.',
    recognises: ({ said, param }, shape) =>
      shape.system === 'system' &&
      /developer/i.test(said) &&
      /\brole\b/i.test(`${param} ${said}`) &&
      !/developer (instruction|role|message).{0,20}not/i.test(said),
    apply: (shape) => ({ ...shape, system: 'developer' }),
  },
  {
    id: 'no-system-role',
    sentence: 'The model takes no system message: the instructions open the user’s.',
    recognises: ({ said, param }, shape) =>
      shape.system !== 'user' &&
      (/system[`'"]* ?(role|message|instruction|prompt)|(role|instruction).{0,40}system|developer (instruction|role|message)|only user and assistant roles|first message.{0,40}user|role.{0,20}developer/i.test(
        said,
      ) ||
        /^messages\W*0\W*role/.test(param) ||
        // Templates that know two roles take a system message for one out of turn.
        (shape.alternating && ALTERNATE.test(said))),
    apply: (shape) => ({ ...shape, system: 'user' }),
  },
  {
    id: 'content-in-parts',
    sentence: 'The content of a message must be a list of parts.',
    recognises: ({ said, param }, shape) =>
      !shape.parts &&
      /content/i.test(`${param} ${said}`) &&
      /valid (list|array)|must be (a list|an array)|expected (a sequence|an array|a list)|type: sequence/i.test(said),
    apply: (shape) => ({ ...shape, parts: true }),
  },
  {
    id: 'json-word',
    sentence: 'JSON mode wants the word “JSON” in the prompt; it is added.',
    recognises: ({ said }, shape) =>
      !shape.jsonWord &&
      /must contain the word\W*json|word\W*json\W*(must|in)|(prompt|messages?|instruct).{0,40}(contain|mention|include).{0,20}json/i.test(
        said,
      ),
    apply: (shape) => ({ ...shape, jsonWord: true }),
  },
];
