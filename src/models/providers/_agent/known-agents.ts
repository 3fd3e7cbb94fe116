/** How a coding agent's command line is asked one question, without a terminal and without leave to change anything. */
export interface KnownAgent {
  readonly name: string;
  /** Arguments may hold `{prompt_file}`; without it the prompt is on standard input. */
  readonly command: readonly string[];
  /** The option that names a model. */
  readonly modelOption: string;
  readonly version: readonly string[];
  readonly install: string;
  readonly family: string;
}

export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    name: 'claude',
    // No tools of its own, and none of servers that the user set up: https://code.claude.com/docs/en/cli-reference
    command: ['claude', '--print', '--output-format', 'json', '--tools', '', '--strict-mcp-config'],
    modelOption: '--model',
    version: ['claude', '--version'],
    install: 'Install it with `npm install --global @anthropic-ai/claude-code`.',
    family: 'claude',
  },
  {
    name: 'codex',
    // The last message alone is on standard output: https://developers.openai.com/codex/noninteractive
    command: ['codex', 'exec', '--sandbox', 'read-only', '--skip-git-repo-check', '--ephemeral', '--color', 'never', '-'],
    modelOption: '--model',
    version: ['codex', '--version'],
    install: 'Install it with `npm install --global @openai/codex`.',
    family: 'gpt',
  },
  {
    name: 'gemini',
    // Without a terminal, tools that need leave are off: https://geminicli.com/docs/cli/headless
    command: ['gemini', '--output-format', 'json'],
    modelOption: '--model',
    version: ['gemini', '--version'],
    install: 'Install it with `npm install --global @google/gemini-cli`.',
    family: 'gemini',
  },
  {
    name: 'opencode',
    // `plan` is its agent that changes nothing: https://opencode.ai/docs/agents
    command: ['opencode', 'run', '--agent', 'plan'],
    modelOption: '--model',
    version: ['opencode', '--version'],
    install: 'Install it with `npm install --global opencode-ai`.',
    family: 'opencode',
  },
  {
    name: 'aider',
    // In the mode `ask` it edits nothing: https://aider.chat/docs/scripting.html
    command: [
      ...['aider', '--message-file', '{prompt_file}', '--chat-mode', 'ask', '--no-git', '--no-stream', '--no-pretty', '--yes-always'],
      ...['--no-check-update', '--no-show-release-notes', '--analytics-disable'],
    ],
    modelOption: '--model',
    version: ['aider', '--version'],
    install: 'Install it with `pipx install aider-chat`.',
    family: 'aider',
  },
];

/** Paths by which a file of the change would instruct or configure an agent that finds it. Hidden folders are never kept. */
export const OBEYED_BY_AGENTS =
  /(^|\/)((claude|agents|gemini|qwen|conventions)([.-]\w+)*\.md|copilot-instructions\.md|\.mcp\.json|opencode\.jsonc?|\.aider[\w.-]*|\.\w+(rules|hints|ignore))$/i;
