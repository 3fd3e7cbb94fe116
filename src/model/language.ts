/** Languages that Aegis tells apart, by the name used in prompts, rules and `covers`. */
export const LANGUAGES = [
  'javascript',
  'typescript',
  'tsx',
  'python',
  'java',
  'go',
  'ruby',
  'php',
  'csharp',
  'c',
  'cpp',
  'rust',
  'kotlin',
  'swift',
  'scala',
  'shell',
  'powershell',
  'sql',
  'html',
  'vue',
  'svelte',
  'css',
  'yaml',
  'json',
  'toml',
  'ini',
  'xml',
  'dockerfile',
  'makefile',
  'terraform',
  'groovy',
  'lua',
  'perl',
  'elixir',
  'dart',
  'solidity',
  'graphql',
  'proto',
  'lockfile',
  'text',
] as const;

export type Language = (typeof LANGUAGES)[number];

const BY_NAME: Readonly<Record<string, Language>> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  makefile: 'makefile',
  gnumakefile: 'makefile',
  rakefile: 'ruby',
  gemfile: 'ruby',
  podfile: 'ruby',
  vagrantfile: 'ruby',
  jenkinsfile: 'groovy',
  'package-lock.json': 'lockfile',
  'npm-shrinkwrap.json': 'lockfile',
  'yarn.lock': 'lockfile',
  'pnpm-lock.yaml': 'lockfile',
  'composer.lock': 'lockfile',
  'gemfile.lock': 'lockfile',
  'cargo.lock': 'lockfile',
  'poetry.lock': 'lockfile',
  'pipfile.lock': 'lockfile',
  'uv.lock': 'lockfile',
  'go.sum': 'lockfile',
  'bun.lock': 'lockfile',
  pipfile: 'toml',
  '.npmrc': 'ini',
  '.gitattributes': 'ini',
  '.env': 'ini',
  'go.mod': 'ini',
  'requirements.txt': 'ini',
  license: 'text',
  readme: 'text',
};

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  py: 'python',
  pyi: 'python',
  pyw: 'python',
  java: 'java',
  go: 'go',
  rb: 'ruby',
  erb: 'ruby',
  php: 'php',
  phtml: 'php',
  cs: 'csharp',
  cshtml: 'csharp',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  hh: 'cpp',
  rs: 'rust',
  kt: 'kotlin',
  kts: 'kotlin',
  swift: 'swift',
  scala: 'scala',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  ps1: 'powershell',
  psm1: 'powershell',
  sql: 'sql',
  html: 'html',
  htm: 'html',
  ejs: 'html',
  hbs: 'html',
  vue: 'vue',
  svelte: 'svelte',
  css: 'css',
  scss: 'css',
  less: 'css',
  yml: 'yaml',
  yaml: 'yaml',
  json: 'json',
  jsonc: 'json',
  json5: 'json',
  toml: 'toml',
  ini: 'ini',
  cfg: 'ini',
  conf: 'ini',
  properties: 'ini',
  env: 'ini',
  xml: 'xml',
  xsl: 'xml',
  svg: 'xml',
  tf: 'terraform',
  hcl: 'terraform',
  tfvars: 'terraform',
  groovy: 'groovy',
  gradle: 'groovy',
  lua: 'lua',
  pl: 'perl',
  pm: 'perl',
  ex: 'elixir',
  exs: 'elixir',
  dart: 'dart',
  sol: 'solidity',
  graphql: 'graphql',
  gql: 'graphql',
  proto: 'proto',
  mk: 'makefile',
  dockerfile: 'dockerfile',
  lock: 'lockfile',
  md: 'text',
  markdown: 'text',
  rst: 'text',
  txt: 'text',
  adoc: 'text',
  tex: 'text',
  csv: 'text',
  tsv: 'text',
  po: 'text',
};

const BY_INTERPRETER: readonly (readonly [RegExp, Language])[] = [
  [/^(node|nodejs|bun|deno)$/, 'javascript'],
  [/^(tsx|ts-node)$/, 'typescript'],
  [/^python[\d.]*$/, 'python'],
  [/^ruby[\d.]*$/, 'ruby'],
  [/^php[\d.]*$/, 'php'],
  [/^perl[\d.]*$/, 'perl'],
  [/^(sh|bash|dash|zsh|ksh|ash)$/, 'shell'],
];

/** The language that a first line `#!…` names; null for any other line. */
export function languageOfShebang(firstLine: string): Language | null {
  if (!firstLine.startsWith('#!')) return null;
  const words = firstLine.slice(2, 300).trim().split(/\s+/);
  const names = words.filter((word) => !word.startsWith('-') && !word.includes('=')).map((word) => word.split('/').at(-1) ?? word);
  const name = names[0] === 'env' ? names[1] : names[0];
  return BY_INTERPRETER.find(([pattern]) => pattern.test(name ?? ''))?.[1] ?? null;
}

/** The language of a file by its name; null for a name that says nothing (it is then treated as source). */
export function languageOf(path: string): Language | null {
  const name = (path.split('/').at(-1) ?? path).toLowerCase();
  const named =
    BY_NAME[name] ??
    (/^(dockerfile|containerfile)\./.test(name)
      ? 'dockerfile'
      : /^\.env\.[\w-]+$/.test(name) && BY_EXTENSION[name.slice(5)] === undefined
        ? 'ini'
        : undefined);
  if (named !== undefined) return named;
  const dot = name.lastIndexOf('.');
  return dot < 0 ? null : (BY_EXTENSION[name.slice(dot + 1)] ?? null);
}

/** True for prose: files in which no program and no configuration can hide. */
export function isProse(path: string): boolean {
  return languageOf(path) === 'text' && !/^(requirements|constraints)[\w.-]*\.txt$|^cmakelists\.txt$/i.test(path.split('/').at(-1) ?? path);
}
