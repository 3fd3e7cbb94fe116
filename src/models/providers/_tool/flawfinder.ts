import type { KnownTool } from './known-tool.ts';

export const flawfinder: KnownTool = {
  name: 'flawfinder',
  finds: 'dangerous calls in C and C++',
  command: ['flawfinder', '--sarif', '--neverignore', '--dataonly', '--quiet', '{args}', '--', '{files}'],
  args: [],
  languages: ['c', 'cpp'],
  exitCodes: [0],
  version: ['flawfinder', '--version'],
  install: 'Install it with `pipx install flawfinder` or `apt install flawfinder`.',
  own: {},
  obeyed: null,
  read: 'sarif',
};
