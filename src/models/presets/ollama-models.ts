import type { Preset } from './preset.ts';

/**
 * Models of the Ollama library that read code well: https://ollama.com/library. The window is a bound, not a wish: less is
 * asked for where the prompt is shorter.
 */
export const OLLAMA_MODELS: readonly Preset[] = [
  local('qwen2.5-coder:1.5b', 'Qwen 2.5 Coder 1.5B (1 GB): for a machine without a graphics card.', 32_768),
  local('qwen2.5-coder:7b', 'Qwen 2.5 Coder 7B (5 GB): the usual first local reviewer.', 32_768, ['qwen-coder', 'qwen25_coder_7b']),
  local('qwen2.5-coder:14b', 'Qwen 2.5 Coder 14B (9 GB).', 32_768),
  strong('qwen2.5-coder:32b', 'Qwen 2.5 Coder 32B (20 GB).', 32_768),
  strong('qwen3-coder:30b', 'Qwen 3 Coder, 30B with 3B active (19 GB): fast for what it knows.', 65_536, ['qwen3-coder']),
  local('qwen3:8b', 'Qwen 3 8B (5 GB).', 40_960),
  local('deepseek-coder-v2:16b', 'DeepSeek Coder V2 Lite, 16B with 2.4B active (9 GB).', 65_536, [
    'deepseek-coder',
    'deepseek_coder_v2_lite',
  ]),
  strong('deepseek-r1:14b', 'DeepSeek R1 distilled into Qwen 14B (9 GB): reasons first, where it is let.', 65_536, ['deepseek-r1']),
  strong('gpt-oss:20b', 'OpenAI gpt-oss 20B (14 GB).', 65_536, ['gpt-oss']),
  strong('gpt-oss:120b', 'OpenAI gpt-oss 120B (65 GB).', 65_536),
  strong('devstral:24b', 'Mistral Devstral 24B (14 GB).', 65_536, ['devstral']),
  local('codestral:22b', 'Mistral Codestral 22B (13 GB).', 32_768, ['codestral-local']),
  strong('mistral-small3.2:24b', 'Mistral Small 3.2 24B (15 GB).', 65_536, ['mistral-small']),
  local('llama3.1:8b', 'Llama 3.1 8B (5 GB).', 65_536, ['llama']),
  strong('llama3.3:70b', 'Llama 3.3 70B (43 GB).', 65_536),
  local('gemma3:12b', 'Gemma 3 12B (8 GB).', 65_536, ['gemma']),
  strong('gemma3:27b', 'Gemma 3 27B (17 GB).', 65_536),
  local('granite3.3:8b', 'IBM Granite 3.3 8B (5 GB).', 65_536, ['granite']),
  local('phi4:14b', 'Microsoft Phi-4 14B (9 GB).', 16_384, ['phi']),
];

function local(
  model: string,
  summary: string,
  window: number,
  aliases: readonly string[] = [],
  roles: readonly string[] = ['deep_scan'],
): Preset {
  const id = model.replace(':', '-');
  return {
    id,
    aliases,
    summary,
    definition: { id, provider: 'ollama_local', model, roles, parser: 'json_findings', settings: { num_ctx: window } },
    elsewhere: {},
  };
}

/** Large enough to judge and to explain what others found. */
function strong(model: string, summary: string, window: number, aliases: readonly string[] = []): Preset {
  return local(model, summary, window, aliases, ['deep_scan', 'judge', 'explain']);
}
