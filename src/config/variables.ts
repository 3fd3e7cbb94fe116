/**
 * Every environment variable that Aegis reads, with the sentence that the reference shows. A key of a model is read by
 * the name that a configuration gives (`env:NAME`); those listed are read where a configuration gives none.
 */
export const VARIABLES = {
  AEGIS_ALLOWED_HOSTS: {
    group: 'Server',
    description: 'Hosts that a repository may make the server call: comma-separated `host` (any port) or `host:port`.',
    default: 'the hosts of the addresses that the operator sets, such as `OLLAMA_HOST` and `OPENAI_BASE_URL`',
  },
  AEGIS_CACHE_DIR: {
    group: 'Command line',
    description: 'Folder for what the command line keeps between runs.',
    default: '`XDG_CACHE_HOME/aegis`',
  },
  AEGIS_DATA_DIR: { group: 'Server', description: 'Folder of the embedded database and of the installation secret.', default: '`.aegis`' },
  AEGIS_DEBUG: { group: 'Command line', description: '`1` shows where a fault of Aegis itself happened.', default: '' },
  AEGIS_INLINE_MODELS: { group: 'Server', description: '`1` lets repositories define models in their `.aegis.yml`.', default: '`0`' },
  AEGIS_MAX_CALLS: {
    group: 'Models',
    description:
      'Calls in flight at once in one process, over all models and reviews: 1 to 1000. An endpoint whose `concurrency` is lower leaves room for the others, also while it hangs.',
    default: '`64`',
  },
  AEGIS_MODELS_FILE: {
    group: 'Command line',
    description: 'File of the models that are registered, for the command line and the Action.',
    default: '`XDG_CONFIG_HOME/aegis/models.yml`',
  },
  AEGIS_MONTHLY_USD: {
    group: 'Server',
    description:
      'Most money for all reviews of one repository in a calendar month (UTC), US dollars; on the command line, of one folder on this machine. Where `budget.monthly_usd` of the repository is lower, that holds.',
    default: 'no limit',
  },
  AEGIS_RUNTIMES_DIR: {
    group: 'Models',
    description:
      'Folder in whose `node_modules` the optional packages `@huggingface/transformers` and `node-llama-cpp` are looked for, beside the usual places.',
    default: '',
  },
  AEGIS_SECRET_KEY: {
    group: 'Server',
    description:
      'What stored keys are encrypted under: 32 bytes in base64 or hexadecimal, or a passphrase of at least 16 characters. Without it none can be stored.',
    default: '',
  },
  AEGIS_WRITE_PACE: {
    group: 'GitHub',
    description:
      '`off` lets the App write to GitHub as fast as it can: for a GitHub Enterprise Server without rate limits. Otherwise each installation has at most 80 posts a minute and 500 an hour.',
    default: '`on`',
  },
  ANTHROPIC_API_KEY: { group: 'Models', description: 'Key of Anthropic, for models without an `api_key`.', default: '' },
  ANTHROPIC_BASE_URL: {
    group: 'Models',
    description: "Address of Anthropic's API, for models without a `base_url`.",
    default: '`https://api.anthropic.com`',
  },
  APP_ID: { group: 'GitHub', description: 'Id of the GitHub App. Without it `aegis serve` opens the set-up page.', default: '' },
  CI: { group: 'Command line', description: 'Set by CI systems: no progress display.', default: '' },
  DATABASE_URL: {
    group: 'Server',
    description: 'PostgreSQL to use in place of the embedded database: `postgres://user:password@host:port/name`.',
    default: 'the embedded database',
  },
  FORCE_COLOR: { group: 'Command line', description: 'Colours even where the output is no terminal.', default: '' },
  GEMINI_API_KEY: { group: 'Models', description: 'Key of Google Gemini, for models without an `api_key`.', default: '`GOOGLE_API_KEY`' },
  GHE_HOST: { group: 'GitHub', description: 'Host of a GitHub Enterprise Server.', default: '`github.com`' },
  GHE_PROTOCOL: { group: 'GitHub', description: '`https` or `http`, with `GHE_HOST`.', default: '`https`' },
  GOOGLE_API_KEY: { group: 'Models', description: 'Key of Google, where `GEMINI_API_KEY` is not set.', default: '' },
  GOOGLE_GEMINI_BASE_URL: {
    group: 'Models',
    description: "Address of Google's Gemini API, for models without a `base_url`.",
    default: '`https://generativelanguage.googleapis.com`',
  },
  HF_ENDPOINT: { group: 'Models', description: 'Address of the Hugging Face hub, for searches.', default: '`https://huggingface.co`' },
  HF_TOKEN: { group: 'Models', description: 'Token of Hugging Face, for models without an `api_key` and for the hub.', default: '' },
  HOST: { group: 'Server', description: 'Address that `aegis serve` listens on.', default: '`127.0.0.1`' },
  LOG_LEVEL: { group: 'Server', description: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.', default: '`info`' },
  NO_COLOR: { group: 'Command line', description: 'No colours.', default: '' },
  NODE_ENV: { group: 'Server', description: '`production` turns the set-up page off.', default: '' },
  OLLAMA_HOST: { group: 'Models', description: 'Address of the Ollama server.', default: '`127.0.0.1:11434`' },
  OPENAI_BASE_URL: {
    group: 'Models',
    description: 'Address of an OpenAI-compatible server, for models without a `base_url`.',
    default: '`https://api.openai.com/v1`',
  },
  PORT: { group: 'Server', description: 'Port that `aegis serve` listens on.', default: '`3000`' },
  PRIVATE_KEY: { group: 'GitHub', description: "The App's private key, as PEM or as PEM in base64.", default: '' },
  PRIVATE_KEY_PATH: { group: 'GitHub', description: "File with the App's private key, in place of `PRIVATE_KEY`.", default: '' },
  REPLICATE_API_TOKEN: { group: 'Models', description: 'Token of Replicate, for models without an `api_key`.', default: '' },
  WEBHOOK_SECRET: {
    group: 'GitHub',
    description: "The App's webhook secret. It has no default: without it the server does not start.",
    default: '',
  },
  XDG_CACHE_HOME: { group: 'Command line', description: 'Folder of caches of this user.', default: '`~/.cache`' },
  XDG_CONFIG_HOME: { group: 'Command line', description: 'Folder of settings of this user.', default: '`~/.config`' },
} as const satisfies Readonly<
  Record<string, { group: 'Command line' | 'GitHub' | 'Models' | 'Server'; description: string; default: string }>
>;

export type VariableName = keyof typeof VARIABLES;
