import type { Preset } from './preset.ts';

/** Whom a service's models are asked from. */
interface Service {
  readonly provider: string;
  readonly base_url?: string;
  readonly api_key: string;
}

const OPENAI: Service = { provider: 'openai_compatible', base_url: 'https://api.openai.com/v1', api_key: 'env:OPENAI_API_KEY' };
const ANTHROPIC: Service = { provider: 'anthropic', api_key: 'env:ANTHROPIC_API_KEY' };
const GOOGLE: Service = { provider: 'google', api_key: 'env:GEMINI_API_KEY' };
const MISTRAL: Service = { provider: 'openai_compatible', base_url: 'https://api.mistral.ai/v1', api_key: 'env:MISTRAL_API_KEY' };
const DEEPSEEK: Service = { provider: 'openai_compatible', base_url: 'https://api.deepseek.com/v1', api_key: 'env:DEEPSEEK_API_KEY' };
const OPENROUTER: Service = {
  provider: 'openai_compatible',
  base_url: 'https://openrouter.ai/api/v1',
  api_key: 'env:OPENROUTER_API_KEY',
};

const ALL_ROLES = ['deep_scan', 'judge', 'explain'];
const SCAN_ONLY = ['deep_scan'];

/** Models of services, cheap and strong ones of each; windows as the services state them. */
export const CLOUD_MODELS: readonly Preset[] = [
  cloud(OPENAI, 'gpt-6-sol', 'OpenAI GPT-6 Sol.', 1_050_000, ALL_ROLES, ['gpt-6']),
  cloud(OPENAI, 'gpt-6-luna', 'OpenAI GPT-6 Luna: the cheap one of its generation.', 1_050_000, SCAN_ONLY),
  cloud(OPENAI, 'gpt-5.5', 'OpenAI GPT-5.5.', 1_000_000, ALL_ROLES),
  cloud(OPENAI, 'gpt-5-mini', 'OpenAI GPT-5 mini.', 400_000, ALL_ROLES, ['gpt']),
  cloud(ANTHROPIC, 'claude-opus-5', 'Anthropic Claude Opus 5.', 1_000_000, ALL_ROLES, ['claude-opus']),
  cloud(ANTHROPIC, 'claude-sonnet-5', 'Anthropic Claude Sonnet 5.', 1_000_000, ALL_ROLES, ['claude', 'claude-sonnet']),
  cloud(ANTHROPIC, 'claude-haiku-4-5', 'Anthropic Claude Haiku 4.5: fast and cheap.', 200_000, SCAN_ONLY, ['claude-haiku']),
  cloud(GOOGLE, 'gemini-3.1-pro-preview', 'Google Gemini 3.1 Pro.', 1_000_000, ALL_ROLES, ['gemini-pro']),
  cloud(GOOGLE, 'gemini-3.8-flash', 'Google Gemini 3.8 Flash.', 1_000_000, ALL_ROLES, ['gemini', 'gemini-flash']),
  cloud(GOOGLE, 'gemini-3.1-flash-lite', 'Google Gemini 3.1 Flash Lite: fast and cheap.', 1_000_000, SCAN_ONLY),
  cloud(MISTRAL, 'mistral-large-2512', 'Mistral Large 3.', 262_144, ALL_ROLES, ['mistral-large']),
  cloud(MISTRAL, 'devstral-2512', 'Mistral Devstral 2: made for code.', 262_144, ALL_ROLES, ['devstral-cloud']),
  cloud(MISTRAL, 'codestral-2508', 'Mistral Codestral: fast and cheap.', 256_000, SCAN_ONLY, ['codestral']),
  cloud(DEEPSEEK, 'deepseek-v4-pro', 'DeepSeek V4 Pro.', 1_000_000, ALL_ROLES, ['deepseek']),
  cloud(DEEPSEEK, 'deepseek-v4-flash', 'DeepSeek V4 Flash: fast and cheap.', 1_000_000, SCAN_ONLY, ['deepseek-flash']),
  cloud(OPENROUTER, 'qwen/qwen3-coder', 'Qwen 3 Coder 480B over OpenRouter.', 262_144, ALL_ROLES, ['openrouter-qwen3-coder']),
  cloud(OPENROUTER, 'openai/gpt-oss-120b', 'OpenAI gpt-oss 120B over OpenRouter.', 131_072, ALL_ROLES, ['openrouter-gpt-oss-120b']),
  cloud(OPENROUTER, 'z-ai/glm-4.6', 'GLM 4.6 over OpenRouter.', 200_000, ALL_ROLES, ['openrouter-glm', 'glm']),
];

function cloud(
  { provider, base_url, api_key }: Service,
  model: string,
  summary: string,
  window: number,
  roles: readonly string[],
  aliases: readonly string[] = [],
): Preset {
  const id = model.replace('/', '-');
  return {
    id,
    aliases,
    summary: `${summary} Its key is read from ${api_key.slice('env:'.length)}.`,
    definition: {
      id,
      provider,
      model,
      ...(base_url === undefined ? {} : { base_url }),
      api_key,
      roles,
      parser: 'json_findings',
      settings: { context_length: window },
    },
    elsewhere: {},
  };
}
