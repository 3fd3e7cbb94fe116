import type { Preset } from './preset.ts';

/** Language models that are an adapter on another model, and are served with it. */
export const ADAPTERS: readonly Preset[] = [
  {
    id: 'codeastra_7b',
    aliases: ['codeastra', 'codeastra-7b', 'rootxhacker/CodeAstra-7B'],
    summary:
      'CodeAstra 7B, a LoRA adapter on Mistral 7B Instruct v0.2 for finding vulnerabilities. Served by vLLM or TGI, or run by llama_cpp with its adapter.',
    definition: {
      id: 'codeastra_7b',
      provider: 'openai_compatible',
      // The name that `--lora-modules codeastra=…` gives to the adapter; docs/guides/vllm-tgi-lora.md.
      model: 'codeastra',
      base_url: 'http://127.0.0.1:8000/v1',
      roles: ['deep_scan'],
      parser: 'json_findings',
      family: 'mistral',
      settings: { context_length: 8192, max_tokens: 2048, temperature: 0 },
    },
    elsewhere: {
      llama_cpp: {
        model: 'mistral-7b-instruct-v0.2',
        settings: {
          path: 'models/mistral-7b-instruct-v0.2.Q4_K_M.gguf',
          lora: [{ path: 'models/codeastra-7b-lora.gguf' }],
          context_length: 8192,
          max_tokens: 2048,
          temperature: 0,
        },
      },
    },
  },
];
