import { describe, expect, it } from 'vitest';
import type { Language } from '#model/language.ts';
import { detectWeaknesses } from './detect.ts';

function detect(text: string, language: Language | null, path = 'src/server.js') {
  return detectWeaknesses({ path, language, text });
}

function cwes(text: string, language: Language | null, path?: string): string[] {
  return detect(text, language, path).claims.map((claim) => `${claim.startLine} ${claim.cwe}`);
}

describe('a claim', () => {
  it('names source, sink, line and evidence', () => {
    const [claim] = detect('app.get("/", (req, res) => {\n  eval(req.query.code);\n});', 'javascript').claims;
    expect(claim).toEqual({
      title: 'Code injection',
      cwe: 'CWE-94',
      severity: 'critical',
      confidence: 0.9,
      path: 'src/server.js',
      startLine: 2,
      endLine: 2,
      evidence: 'eval(req.query.code);',
      message: '`req.query.code` reaches `eval`, which runs it as code.',
      fix: expect.stringMatching(/Do not run text as code/),
    });
  });

  it('weighs less where only a caller chooses the value', () => {
    const [claim] = detect(
      "const { exec } = require('child_process');\nmodule.exports = function tag(name) { exec('git tag ' + name); };",
      'javascript',
    ).claims;
    expect([claim?.severity, claim?.message]).toEqual([
      'medium',
      'The parameter `name` of `tag` reaches `exec` as part of the shell command.',
    ]);
  });

  it('stands on the line of a file with Windows line ends', () => {
    expect(cwes('a();\r\neval(req.body.x);\r\n', 'javascript')).toEqual(['2 CWE-94']);
  });
});

describe('data flow', () => {
  it.each([
    { name: 'through variables and methods', code: 'const a = req.query.x; const b = a.trim().toUpperCase(); eval(b);', found: true },
    { name: 'through destructuring', code: 'const { body: { x } } = req; eval(x);', found: true },
    { name: 'through a helper that returns it', code: 'function wrap(s) { return "(" + s + ")"; } eval(wrap(req.query.x));', found: true },
    { name: 'through a callback', code: 'req.query.list.forEach((item) => eval(item));', found: true },
    { name: 'into a list and out of it', code: 'const all = []; all.push(req.query.x); eval(all.join(";"));', found: true },
    { name: 'through a default', code: 'const x = req.query.x || "1"; eval(x);', found: true },
    { name: 'through a rejected promise of the same name only', code: 'load().then((x) => eval(x));', found: false },
    {
      name: 'not where it was parsed to a number',
      code: 'const x = Number.parseInt(req.query.x, 10); eval("f(" + x + ")");',
      found: false,
    },
    { name: 'not where it equals a known word', code: 'if (req.query.x === "now") eval(req.query.x);', found: false },
    { name: 'not behind an allow-list', code: 'if (!ALLOWED.has(req.query.x)) throw new Error(); eval(req.query.x);', found: false },
    { name: 'not as the key of a table', code: 'const T = { a: "1+1" }; eval(T[req.query.x]);', found: false },
    { name: 'not in a case of a switch', code: 'switch (req.query.x) { case "a": eval(req.query.x); break; }', found: false },
    {
      name: 'a check of another value helps nothing',
      code: 'if (!ALLOWED.has(req.query.y)) throw new Error(); eval(req.query.x);',
      found: true,
    },
    {
      name: 'a check that does not leave helps nothing',
      code: 'if (!ALLOWED.has(req.query.x)) console.log("odd"); eval(req.query.x);',
      found: true,
    },
    { name: 'a test for presence helps nothing', code: 'if (!req.query.x) return; eval(req.query.x);', found: true },
    {
      name: 'a check that was made kept in a variable',
      code: 'const ok = isAllowed(req.query.x); if (!ok) return; eval(req.query.x);',
      found: false,
    },
    { name: 'a constant argument', code: 'const a = "1"; const b = a + "+1"; eval(b); eval(`2`); eval(flag ? "3" : "4");', found: false },
  ])('$name', ({ code, found }) => {
    expect(cwes(`app.get('/', (req, res) => { ${code} });`, 'javascript')).toEqual(found ? ['1 CWE-94'] : []);
  });
});

describe('secrets', () => {
  const aws = `AKIA${'Q3EGRXNLBZ7TPW5M'}`;
  const github = `ghp_${'a8Jk2LmN4pQr6StUv8WxYz0Bc2De4Fg6Hi8J'}`;
  it.each([
    { name: 'an access key in any file', path: 'deploy.rb', language: 'ruby' as const, text: `key = '${aws}'`, found: true },
    {
      name: 'the secret half of an access key',
      path: 'deploy.py',
      language: 'python' as const,
      text: `AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/${'K7MDENG/bPxRfiCYzzzzzz9TkQ'}'`,
      found: true,
    },
    {
      name: 'the secret half of the documented one',
      path: 'deploy.py',
      language: 'python' as const,
      text: `AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/${'K7MDENG/bPxRfiCYEXAMPLEKEY'}'`,
      found: false,
    },
    {
      name: 'a key in a style sheet',
      path: 'map.css',
      language: 'css' as const,
      text: `.map { background: url(/tile.png?key=AIza${'SyD3f5G7h9J1k3L5m7N9p1Q3r5T7v9X1z3B'}); }`,
      found: true,
    },
    { name: 'a token in a comment', path: 'a.js', language: 'javascript' as const, text: `// ${github}`, found: true },
    { name: 'a token without a language', path: 'notes', language: null, text: github, found: true },
    {
      name: "the issuer's example",
      path: 'a.js',
      language: 'javascript' as const,
      text: `const k = 'AKIA${'IOSFODNN7EXAMPLE'}';`,
      found: false,
    },
    { name: 'a key in a fixture', path: 'test/fixtures/a.js', language: 'javascript' as const, text: `const k = '${aws}';`, found: false },
    {
      name: 'a private key with its body',
      path: 'id',
      language: null,
      text: `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${'MIIEpAIBAAKCAQEA7bq0'.repeat(3)}\n`,
      found: true,
    },
    {
      name: 'the words of a private key',
      path: 'a.js',
      language: 'javascript' as const,
      text: `if (s.startsWith('-----BEGIN ${'PRIVATE KEY'}-----'))`,
      found: false,
    },
    {
      name: 'a random literal under the name of a password',
      path: 'a.py',
      language: 'python' as const,
      text: "DB_PASSWORD = 'tR7#kq9!Vz2m'",
      found: true,
    },
    {
      name: 'a random value in an environment file',
      path: '.env',
      language: 'ini' as const,
      text: 'API_KEY=9f8a7c6d5e4b3a2f1e0d9c8b7a6f5e4d',
      found: true,
    },
    {
      name: 'a value that is looked up',
      path: 'a.py',
      language: 'python' as const,
      text: "password = os.environ['DB_PASSWORD']",
      found: false,
    },
    {
      name: 'a sentence',
      path: 'a.js',
      language: 'javascript' as const,
      text: "const password = 'must be at least 8 characters';",
      found: false,
    },
    { name: 'an identifier', path: 'a.js', language: 'javascript' as const, text: "const TOKEN_KEY = 'access-token-name';", found: false },
    {
      name: 'a reference to a store',
      path: 'a.yml',
      language: 'yaml' as const,
      text: 'password: vault:secret/data/db1#password',
      found: false,
    },
  ])('$name', ({ path, language, text, found }) => {
    expect(cwes(text, language, path).includes('1 CWE-798')).toBe(found);
  });
});

describe('text rules', () => {
  it.each([
    {
      name: 'a title in a script',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: `steps:\n  - run: |\n      echo "\${{ github.event.issue.title }}"\n`,
      found: ['3 CWE-78'],
    },
    {
      name: 'a title in the environment',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: `steps:\n  - run: echo "$T"\n    env:\n      T: \${{ github.event.issue.title }}\n`,
      found: [],
    },
    {
      name: 'a number in a script',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: `steps:\n  - run: echo \${{ github.event.issue.number }}\n`,
      found: [],
    },
    {
      name: 'the head of a foreign pull request',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: `on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}\n`,
      found: ['7 CWE-829'],
    },
    {
      name: 'the head of an own pull request',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: `on: pull_request\njobs:\n  a:\n    steps:\n      - with:\n          ref: \${{ github.event.pull_request.head.sha }}\n`,
      found: [],
    },
    {
      name: 'all rights',
      path: '.github/workflows/a.yml',
      language: 'yaml' as const,
      text: 'permissions: write-all\n',
      found: ['1 CWE-732'],
    },
    {
      name: 'a privileged container',
      path: 'k8s.yaml',
      language: 'yaml' as const,
      text: 'securityContext:\n  privileged: true\n',
      found: ['2 CWE-250'],
    },
    {
      name: 'an unprivileged container',
      path: 'k8s.yaml',
      language: 'yaml' as const,
      text: 'securityContext:\n  privileged: false\n',
      found: [],
    },
    {
      name: 'a piped download',
      path: 'Dockerfile',
      language: 'dockerfile' as const,
      text: 'RUN curl -sSL https://example.com/i.sh | sh\n',
      found: ['1 CWE-494'],
    },
    {
      name: 'a download that is checked',
      path: 'Dockerfile',
      language: 'dockerfile' as const,
      text: 'RUN curl -sSLO https://example.com/i.sh && sha256sum -c i.sum && sh i.sh\n',
      found: [],
    },
    {
      name: 'ADD from the network',
      path: 'Dockerfile',
      language: 'dockerfile' as const,
      text: 'ADD https://example.com/a.tgz /\n',
      found: ['1 CWE-494'],
    },
    {
      name: 'ADD with a checksum',
      path: 'Dockerfile',
      language: 'dockerfile' as const,
      text: 'ADD --checksum=sha256:00 https://example.com/a.tgz /\n',
      found: [],
    },
    {
      name: 'an open policy',
      path: 'policy.json',
      language: 'json' as const,
      text: '{ "Statement": [{\n"Effect": "Allow",\n"Principal": "*",\n"Action": "s3:GetObject" }] }',
      found: ['3 CWE-732'],
    },
    {
      name: 'a closed policy',
      path: 'policy.json',
      language: 'json' as const,
      text: '{ "Statement": [{\n"Effect": "Deny",\n"Principal": "*",\n"Action": "*" }] }',
      found: [],
    },
  ])('$name', ({ path, language, text, found }) => {
    expect(cwes(text, language, path)).toEqual(found);
  });
});

describe('limits', () => {
  it.each([
    { name: 'a minified line of a megabyte', text: `var a=${'f(1),'.repeat(180_000)}0;` },
    { name: 'nested assignments that evaluate each other', text: `${'a['.repeat(200)}0${']+=1'.repeat(200)}` },
    { name: 'nested callbacks', text: 'f(function(){'.repeat(300) + '})'.repeat(300) },
    { name: 'a statement of quotes', text: "password='".repeat(20_000) },
  ])(
    '$name ends',
    ({ text }) => {
      // Time of the processor, in microseconds: a loaded machine changes nothing about it.
      const before = process.cpuUsage();
      detect(text, 'javascript');
      const { user, system } = process.cpuUsage(before);
      expect(user + system).toBeLessThan(20_000_000);
    },
    120_000,
  );

  it('says what it did not read', () => {
    expect(detect('a();'.repeat(300_000), 'javascript').unread).toMatch(/only its text/);
  });

  it('is silent on nothing', () => {
    expect(detect('', 'python')).toEqual({ claims: [], unread: null });
    expect(detect('\u0000\uFFFD{{{', 'tsx').claims).toEqual([]);
  });
});
