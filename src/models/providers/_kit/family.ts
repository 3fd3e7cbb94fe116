/** Names by which a family is recognised, most telling first: a fine-tune is named after what it was tuned from last. */
const FAMILIES: readonly (readonly [family: string, names: RegExp])[] = [
  ['deepseek', /deepseek/],
  ['qwen', /qwen|qwq/],
  ['mistral', /mistral|mixtral|codestral|devstral|ministral|magistral/],
  ['llama', /llama/],
  ['gemma', /gemma/],
  ['gemini', /gemini/],
  ['claude', /claude/],
  ['gpt', /gpt|(^|[^a-z])o[1345]([^a-z]|$)|chatgpt|codex/],
  ['phi', /(^|[^a-z])phi/],
  ['granite', /granite/],
  ['starcoder', /starcoder/],
  ['command', /command-|(^|[^a-z])aya/],
  ['grok', /grok/],
  ['glm', /glm/],
  ['kimi', /kimi/],
];

/**
 * The family of a language model by its name: models of one family share training data and mistakes. A name that says
 * nothing is a family of its own.
 */
export function familyOf(modelName: string): string {
  const name = modelName.toLowerCase();
  const known = FAMILIES.find(([, names]) => names.test(name));
  if (known !== undefined) return known[0];
  const last = name.split('/').at(-1) ?? name;
  return /^[a-z]+/.exec(last)?.[0] ?? name;
}
