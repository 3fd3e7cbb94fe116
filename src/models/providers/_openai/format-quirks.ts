import { names, type Quirk } from '../_kit/quirks.ts';
import type { StatusFault } from '../_kit/status-fault.ts';
import type { Shape } from './request-shape.ts';
import { schemaKeywords } from './schema-keywords.ts';

/** Forms of structured output that a server does not offer, strictest first: each row is the next step down. */
export const FORMAT_QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'schema-keywords',
    sentence: 'The server refuses some keywords of JSON Schema; the schema is sent without them.',
    recognises: (fault, shape) => holdsSchema(shape) && refusedKeywords(fault).some((keyword) => !shape.withoutKeywords.includes(keyword)),
    value: (fault, shape) => [...new Set([...shape.withoutKeywords, ...refusedKeywords(fault)])].join(' '),
    apply: (shape, value) =>
      typeof value === 'string' ? { ...shape, withoutKeywords: value.split(' ').filter((word) => schemaKeywords.has(word)) } : shape,
  },
  {
    id: 'schema-by-value',
    sentence: 'The server takes a schema as the `value` of the format `json`.',
    recognises: ({ said }, shape) =>
      (shape.structured === 'strict' || shape.structured === 'schema') && /unknown variant.{0,30}json_schema/i.test(said),
    apply: (shape) => ({ ...shape, structured: 'value' }),
  },
  {
    id: 'no-strict-schema',
    sentence: 'The server does not hold answers to a schema strictly; it is sent as a hint.',
    recognises: (fault, shape) => shape.structured === 'strict' && isAboutFormat(fault),
    apply: (shape) => ({ ...shape, structured: 'schema' }),
  },
  {
    id: 'no-json-schema',
    sentence: 'The server takes no schema: JSON mode is used, and the prompt says which form.',
    recognises: (fault, shape) => holdsSchema(shape) && isAboutFormat(fault),
    apply: (shape) => ({ ...shape, structured: 'object' }),
  },
  {
    id: 'no-response-format',
    sentence: 'The server has no `response_format`: the prompt alone says which form an answer has.',
    recognises: (fault, shape) => shape.structured === 'object' && isAboutFormat(fault),
    apply: (shape) => ({ ...shape, structured: 'none' }),
  },
];

function holdsSchema({ structured }: Shape): boolean {
  return structured !== 'object' && structured !== 'none';
}

function isAboutFormat(fault: StatusFault): boolean {
  return (
    names(fault, 'response_format') ||
    /json_schema|json_object|input should be 'text'|json_validate_failed|json mode|structured output|response format|grammar|guided/i.test(
      `${fault.said} ${fault.kind}`,
    )
  );
}

/** Keywords that a refusal names as unknown or not allowed; one that is missed (`'required' is required`) is none. */
function refusedKeywords(fault: StatusFault): readonly string[] {
  const { said } = fault;
  if (!/schema|response_format|json|unknown name/i.test(`${fault.param} ${said}`)) return [];
  if (/is required to be|must be (supplied|provided|false)/i.test(said)) return [];
  if (
    !/not (permitted|supported|allowed)|unsupported|unknown (name|key|field)|unrecogni[sz]ed|unexpected|forbidden|invalid (keyword|field)/i.test(
      said,
    )
  )
    return [];
  return [...schemaKeywords].filter((keyword) => new RegExp(`(^|[^\\w])${keyword.replace('$', '\\$')}([^\\w]|$)`).test(said));
}
