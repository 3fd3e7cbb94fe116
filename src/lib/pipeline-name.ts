/** A name is written in `.aegis.yml`, on command lines and in lists. */
const NAME = /^[A-Za-z0-9][\w.-]{0,59}$/;

/** Whether a consensus pipeline may be called so. */
export function isPipelineName(name: string): boolean {
  return NAME.test(name);
}

/** What a name must be, as the rest of a sentence. */
export const PIPELINE_NAME_RULE = 'must be letters, digits, dots, dashes and underscores, at most 60';
