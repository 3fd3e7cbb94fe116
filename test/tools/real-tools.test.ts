import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '#model/chunk.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import { sarif } from '#models/parsers/sarif.ts';
import { tool } from '#models/providers/tool.ts';
import type { ProviderEnv } from '#ports/provider.ts';
import { chunkOf } from '../fakes/chunk-of.ts';
import { entryFor, never, providerEnv } from '../fakes/provider-env.ts';

/** Real tools, run through the provider on samples. CI installs those of Debian and of npm; the others run where they are. */
const CI_HAS = ['bandit', 'flawfinder', 'cppcheck', 'shellcheck', 'eslint'];
const OWN_BIN = fileURLToPath(new URL('npm/node_modules/.bin', import.meta.url));
const PATH = [OWN_BIN, process.env['PATH'] ?? ''].join(delimiter);
const ENV: ProviderEnv = { ...providerEnv(), childVariables: { PATH, HOME: process.env['HOME'] ?? '' } };

interface Sample {
  readonly tool: string;
  readonly path: string;
  readonly vulnerable: string;
  /** What must be found: weakness and line. */
  readonly found: readonly (readonly [cwe: string, line: number])[];
  readonly clean: string;
  readonly settings?: Record<string, unknown>;
  /** A file of the change that would turn the tool off, were it obeyed. */
  readonly silencer: Readonly<Record<string, string>>;
}

const SEMGREP_RULES = fileURLToPath(new URL('semgrep-rules.yml', import.meta.url));

const SAMPLES: readonly Sample[] = [
  {
    tool: 'bandit',
    path: 'src/app.py',
    vulnerable:
      'import subprocess\nimport pickle\n\ndef run(x):\n    subprocess.call("ls " + x, shell=True)  # nosec\n    return pickle.loads(x)\n',
    found: [
      ['CWE-78', 5],
      ['CWE-502', 6],
    ],
    silencer: {
      '.bandit': '[bandit]\\nskips: B602,B301\\n',
      'src/.bandit': '[bandit]\\nexclude: app.py\\n',
      'src/ast.py': 'raise SystemExit(0)\\n',
    },
    clean: 'def add(a, b):\n    return a + b\n',
  },
  {
    tool: 'flawfinder',
    path: 'copy.c',
    vulnerable:
      '#include <string.h>\n#include <stdio.h>\nvoid copy(char *out, const char *in) {\n  strcpy(out, in); /* Flawfinder: ignore */\n  printf(in);\n}\n',
    found: [
      ['CWE-120', 4],
      ['CWE-134', 5],
    ],
    silencer: { 'flawfinder.conf': 'x' },
    clean: 'int add(int a, int b) { return a + b; }\n',
  },
  {
    tool: 'cppcheck',
    path: 'free.c',
    vulnerable:
      '#include <stdlib.h>\nvoid f(void) {\n  char *p = malloc(10);\n  free(p);\n  // cppcheck-suppress doubleFree\n  free(p);\n}\n',
    found: [['CWE-415', 6]],
    silencer: { 'cppcheck.cfg': 'x', 'std.cfg': 'x' },
    clean: 'int add(int a, int b) { return a + b; }\n',
  },
  {
    tool: 'shellcheck',
    path: 'clean.sh',
    vulnerable: '#!/bin/sh\nrm -rf "$1/"*\ncp $2 /srv\n',
    found: [
      ['CWE-73', 2],
      ['CWE-88', 3],
    ],
    silencer: { '.shellcheckrc': 'disable=all\\n', shellcheckrc: 'disable=all\\n' },
    clean: '#!/bin/sh\necho "hello"\n',
  },
  {
    tool: 'eslint',
    path: 'web/node_modules/page.js',
    vulnerable:
      'import { exec } from "node:child_process";\nexport function run(q) {\n  exec("ls " + q); // eslint-disable-line\n  eval(q);\n  document.body.innerHTML = q;\n}\n',
    found: [
      ['CWE-78', 3],
      ['CWE-95', 4],
      ['CWE-79', 5],
    ],
    silencer: {
      'eslint.config.js': 'process.exit(0);\\n',
      '.eslintignore': '**\\n',
      'web/package.json': '{"type":"commonjs","eslintIgnore":["**"]}',
    },
    clean: 'export const add = (a, b) => a + b;\n',
  },
  {
    tool: 'gosec',
    path: 'cmd/main.go',
    vulnerable:
      'package main\n\nimport (\n\t"os"\n\t"os/exec"\n)\n\nfunc main() {\n\texec.Command("sh", "-c", os.Args[1]).Run() // #nosec\n}\n',
    found: [['CWE-78', 9]],
    silencer: { 'go.mod': 'module x\\n\\nexclude (\\n' },
    clean: 'package main\n\nfunc main() {}\n',
  },
  {
    tool: 'njsscan',
    path: 'server.js',
    vulnerable: 'const cp = require("child_process");\nmodule.exports = (req, res) => {\n  cp.exec("ls " + req.query.x);\n};\n',
    found: [['CWE-78', 3]],
    silencer: { '.njsscan': '---\\n- nodejs-extensions: []\\n' },
    clean: 'module.exports = (a, b) => a + b;\n',
  },
  {
    tool: 'gitleaks',
    path: 'src/.env',
    vulnerable: `TOKEN=ghp_${'aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5'} # gitleaks:allow\n`,
    found: [['CWE-798', 1]],
    silencer: { '.gitleaks.toml': '[allowlist]\npaths = [".*"]\n', 'src/.gitleaks.toml': '[allowlist]\npaths = [".*"]\n' },
    clean: 'NAME=value\n',
  },
  {
    tool: 'semgrep',
    path: 'tests/load.py',
    vulnerable: 'import pickle\n\ndef load(x):\n    return pickle.loads(x)  # nosemgrep\n',
    found: [['CWE-502', 4]],
    silencer: { '.semgrepignore': '*\\n', '.gitignore': '*\\n', 'tests/.semgrepignore': '*\\n' },
    clean: 'def add(a, b):\n    return a + b\n',
    settings: { args: ['--config', SEMGREP_RULES] },
  },
];

const isThere = (name: string) => PATH.split(delimiter).some((folder) => existsSync(join(folder, name)));

for (const sample of SAMPLES) {
  const installed = isThere(sample.tool);
  const needed = CI_HAS.includes(sample.tool) && process.env['CI'] !== undefined;
  const suite = installed || needed ? describe : describe.skip;
  suite(installed ? sample.tool : `${sample.tool} (not installed)`, { timeout: 120_000 }, () => {
    const entry = entryFor(tool, { model: sample.tool, ...(sample.settings === undefined ? {} : { settings: sample.settings }) });
    const model = tool.connect(entry, ENV);
    const reader = (entry.parser_id === 'sarif' ? sarif : jsonFindings).open({});
    const ask = async (chunk: Chunk) => {
      const reply = await model.call({ role: 'deep_scan', chunk, messages: [], schema: null, maxTokens: 1 }, never());
      const read = reader.read(reply.text);
      return { reply, claims: read.kind === 'parsed' ? read.claims : null };
    };

    it('finds what is wrong, with its weakness and its line, whatever a comment says', async () => {
      const { reply, claims } = await ask(chunkOf({ [sample.path]: sample.vulnerable }));
      expect(reply).toMatchObject({ finish: 'complete', reason: null });
      const places = claims?.map(({ cwe, startLine, path }) => [cwe, startLine, path]);
      for (const [cwe, line] of sample.found) expect(places).toContainEqual([cwe, line, sample.path]);
    });

    it('finds nothing where nothing is', async () => {
      const { reply, claims } = await ask(chunkOf({ [sample.path]: sample.clean }));
      expect(reply).toMatchObject({ finish: 'complete' });
      expect(claims).toEqual([]);
    });

    it('says nothing of lines that the chunk does not show', async () => {
      const { claims } = await ask(chunkOf({ [sample.path]: sample.vulnerable }, { shown: [1] }));
      expect(claims?.filter(({ startLine }) => startLine !== 1)).toEqual([]);
    });

    it('reads files whose names are those of options, of its own configuration, or hold spaces', async () => {
      const ending = sample.path.slice(sample.path.lastIndexOf('.'));
      const names = [`-rf${ending}`, `--config=x${ending}`, `a folder/übung (1)${ending}`, `$(id)${ending}`];
      const { claims } = await ask(chunkOf(Object.fromEntries(names.map((name) => [name, sample.vulnerable]))));
      for (const name of names) {
        const places = claims?.filter(({ path }) => path === name).map(({ cwe, startLine }) => [cwe, startLine]);
        expect(places, name).toContainEqual(sample.found[0]);
      }
    });

    it('does not obey what the change configures', async () => {
      const { claims } = await ask(chunkOf({ [sample.path]: sample.vulnerable, ...sample.silencer }));
      const places = claims?.map(({ cwe, startLine, path }) => [cwe, startLine, path]);
      for (const [cwe, line] of sample.found) expect(places).toContainEqual([cwe, line, sample.path]);
    });

    it('is healthy, and tells the version that its answers are kept by', async () => {
      expect(await model.health(never())).toMatchObject({ available: true });
      expect(await model.identity?.(never())).toMatch(/version|\d/i);
    });
  });
}
