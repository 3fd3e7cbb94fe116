import { z } from 'zod';
import type { Severity } from '#model/severity.ts';
import type { KnownTool } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { titleOf } from './scales.ts';

/** Rules that are about security, with what they find. Their order is that of their plugins' documentation. */
const RULES: Readonly<Record<string, readonly [cwe: number, severity: Severity]>> = {
  'no-eval': [95, 'high'],
  'no-implied-eval': [95, 'high'],
  'no-new-func': [95, 'high'],
  'no-script-url': [79, 'medium'],
  'security/detect-bidi-characters': [1007, 'high'],
  'security/detect-buffer-noassert': [119, 'medium'],
  'security/detect-child-process': [78, 'high'],
  'security/detect-disable-mustache-escape': [79, 'medium'],
  'security/detect-eval-with-expression': [95, 'high'],
  'security/detect-new-buffer': [665, 'low'],
  'security/detect-no-csrf-before-method-override': [352, 'medium'],
  'security/detect-non-literal-fs-filename': [22, 'medium'],
  'security/detect-non-literal-regexp': [1333, 'low'],
  'security/detect-non-literal-require': [829, 'medium'],
  'security/detect-object-injection': [1321, 'low'],
  'security/detect-possible-timing-attacks': [208, 'low'],
  'security/detect-pseudoRandomBytes': [338, 'medium'],
  'security/detect-unsafe-regex': [1333, 'medium'],
  'no-unsanitized/method': [79, 'high'],
  'no-unsanitized/property': [79, 'high'],
};

/**
 * Our configuration. The plugins are those beside the eslint that runs: `process.argv[1]` is its command. What the
 * repository configures is a program of the change's author, and is not loaded.
 */
const CONFIG = `import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

const homes = [process.argv[1], realpathSync(process.argv[1])].map((path) => createRequire(path));
const load = (name) => {
  for (const require of homes) {
    try {
      return require(name);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return null;
};
const plugins = Object.fromEntries(
  Object.entries({ security: load('eslint-plugin-security'), 'no-unsanitized': load('eslint-plugin-no-unsanitized') }).filter(([, plugin]) => plugin !== null),
);
if (Object.keys(plugins).length === 0) throw new Error('eslint-plugin-security is not installed beside eslint');
const parser = load('@typescript-eslint/parser');
const wanted = ${JSON.stringify(Object.keys(RULES))};
const has = (rule) => !rule.includes('/') || rule.split('/')[1] in (plugins[rule.split('/')[0]]?.rules ?? {});
const rules = Object.fromEntries(wanted.filter(has).map((rule) => [rule, 'error']));
const jsx = { parserOptions: { ecmaFeatures: { jsx: true } } };
export default [
  { ignores: ['!**/node_modules/', '!**/.*'] },
  { files: ['**/*'], plugins, rules, linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' }, languageOptions: jsx },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
  ...(parser === null ? [] : [{ files: ['**/*.{ts,mts,cts,tsx}'], languageOptions: { parser } }]),
];
`;

const reportSchema = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        fatal: z.boolean().nullish(),
        message: z.string(),
        line: z.number().nullish(),
        endLine: z.number().nullish(),
      }),
    ),
  }),
);

export const eslint: KnownTool = {
  name: 'eslint',
  finds: 'weaknesses in JavaScript, by eslint-plugin-security and eslint-plugin-no-unsanitized beside it',
  command: [
    ...['eslint', '--no-config-lookup', '--config', '{own}/eslint.config.mjs', '--no-inline-config'],
    ...['--format', 'json', '{args}', '--', '{files}'],
  ],
  args: [],
  languages: ['javascript'],
  exitCodes: [0, 1],
  version: ['eslint', '--version'],
  install: 'Install it with `npm install --global eslint eslint-plugin-security eslint-plugin-no-unsanitized`, or name it with `command`.',
  own: { 'eslint.config.mjs': CONFIG },
  obeyed: /(^|\/)(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.\w+)?|\.eslintignore)$/,
  read: ({ stdout }) => {
    const files = readJson(stdout, reportSchema);
    if (files === null) return null;
    const all = files.flatMap(({ filePath, messages }) => messages.map((message) => ({ ...message, filePath })));
    return {
      spotted: all.flatMap(({ filePath, ruleId, message, line, endLine }) => {
        const [cwe, severity] = RULES[ruleId ?? ''] ?? [];
        if (ruleId == null || line == null || severity === undefined) return [];
        return {
          ...{ path: filePath, startLine: line, endLine: endLine ?? line, rule: ruleId, title: titleOf(ruleId.replace('/detect-', '/')) },
          ...{ message: `${message} (${ruleId})`, cwe: `CWE-${cwe}`, severity, confidence: null, fix: null },
        };
      }),
      // Without a rule it is a fault of parsing, or a file that was passed over.
      unread: all.filter(({ ruleId }) => ruleId == null).map(({ filePath, message }) => ({ path: filePath, why: message })),
    };
  },
};
