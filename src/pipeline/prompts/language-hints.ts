import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { ChunkFile } from '#model/chunk.ts';
import type { Language } from '#model/language.ts';

const JAVASCRIPT =
  'JavaScript and TypeScript: prototype pollution through merged or indexed keys, innerHTML and dangerouslySetInnerHTML, eval, Function and vm, child_process with a shell, queries built by concatenation or from request objects (NoSQL operators), path.join with request data, redirects, ReDoS, JWT without verification, comparison of secrets with ===.';
const C =
  'C and C++: lengths and indexes from outside, integer overflow before an allocation, strcpy, sprintf and format strings, use after free, missing NUL, unchecked return values, races between check and use.';

/** What is worth a look in a language, beyond what holds everywhere. One line each. */
const BY_LANGUAGE: Partial<Record<Language, string>> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  vue: JAVASCRIPT,
  svelte: JAVASCRIPT,
  python:
    'Python: pickle, yaml.load and marshal on outside data, eval and exec, subprocess with shell=True, SQL by f-string or %, render_template_string, os.path.join with an absolute part, extractall, requests with verify=False, random for secrets, assert as a check.',
  java: 'Java: ObjectInputStream, XML parsers with external entities, Statement with concatenation, Runtime.exec, SpEL and OGNL, JNDI names, ZipEntry names, trust-all managers, ECB, missing access annotations.',
  kotlin: 'Kotlin: what holds for Java; exported Android components, WebView with JavaScript, raw SQL.',
  scala: 'Scala: what holds for Java; string interpolation in SQL and shell commands.',
  go: 'Go: fmt.Sprintf into SQL, exec.Command with a shell, filepath.Join with outside data, text/template for HTML, InsecureSkipVerify, ignored errors of checks, math/rand for secrets, data races on shared state.',
  ruby: 'Ruby: send, constantize, eval and Marshal.load on outside data, where with a string, html_safe and raw, open with a pipe, mass assignment, redirect_to params.',
  php: 'PHP: unserialize, include with outside data, echo without htmlspecialchars, mysqli_query with concatenation, exec and system, loose comparison, extract, uploads by name.',
  csharp:
    'C#: SqlCommand with concatenation, BinaryFormatter and TypeNameHandling, Process.Start, Path.Combine with outside data, Html.Raw, missing [Authorize] or antiforgery, XmlResolver.',
  c: C,
  cpp: C,
  rust: 'Rust: unsafe blocks and their invariants, unwrap on outside data, as-casts of lengths, Command with a shell, format! into SQL.',
  swift:
    'Swift: NSKeyedUnarchiver without secure coding, exceptions to App Transport Security, secrets in UserDefaults, WKWebView with outside data.',
  shell:
    'Shell: unquoted expansions, eval, curl piped to a shell, predictable files in /tmp, secrets in arguments, missing -- before names.',
  powershell: 'PowerShell: Invoke-Expression, downloads that are run, plain-text credentials, disabled certificate checks.',
  sql: 'SQL: dynamic statements in procedures, grants that are too wide, missing row-level checks, secrets in migrations.',
  html: 'HTML and templates: output without escaping, inline handlers with data, scripts from elsewhere without integrity, forms without a token.',
  xml: 'XML: external entities, SVG with scripts, components exported to other apps.',
  dockerfile:
    'Dockerfiles: secrets in ENV, ARG or layers, running as root, downloads without a checksum, curl piped to a shell, base images by moving tag.',
  terraform:
    'Terraform: public buckets and addresses, 0.0.0.0/0, wildcard actions in policies, encryption or logging turned off, secrets in variables.',
  groovy: 'Groovy and Jenkins: sh with interpolated parameters, credentials in logs, evaluate, dependencies from open repositories.',
  lockfile: 'Lock files: addresses of other hosts, changed or missing integrity hashes, packages whose name imitates another.',
  solidity: 'Solidity: reentrancy, tx.origin, unchecked calls, delegatecall, missing access modifiers, arithmetic in unchecked blocks.',
  graphql: 'GraphQL: fields without authorization, unbounded depth and lists.',
  lua: 'Lua: load and os.execute on outside data, SQL by concatenation.',
  perl: 'Perl: two-argument open, backticks and system with one string, eval, missing taint checks.',
  elixir: 'Elixir: String.to_atom and binary_to_term on outside data, raw in templates, fragments with interpolation.',
  dart: 'Dart: certificate callbacks that accept all, secrets in code, WebViews with outside data.',
};

/** What is worth a look in a file by its place, where the language alone says too little. */
const BY_PATH: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /(?:^|\/)\.github\/(?:workflows|actions)\/|(?:^|\/)action\.ya?ml$/i,
    'GitHub workflows: pull_request_target or workflow_run with a checkout of the head, expressions over github.event in run, permissions that are too wide, actions by moving tag, secrets in reach of forks.',
  ],
  [
    /(?:^|\/)(?:\.gitlab-ci|azure-pipelines|\.travis|bitbucket-pipelines)\.ya?ml$|\.circleci\//i,
    'CI configuration: variables from outside in scripts, secrets in reach of merge requests, images by moving tag.',
  ],
  [
    /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/i,
    'Compose files: privileged, the Docker socket, host network, published ports, passwords in environment.',
  ],
  [
    /(?:^|\/)(?:k8s|kubernetes|manifests|helm|charts)\/.*\.ya?ml$/i,
    'Kubernetes: privileged and root containers, hostPath, wildcard roles, secrets in plain text.',
  ],
  [/(?:^|\/)package\.json$/i, 'package.json: install scripts, dependencies by address or range without reason, names that imitate others.'],
  [
    /(?:^|\/)(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|setup\.(?:py|cfg))$/i,
    'Python requirements: other indexes, dependencies by address, names that imitate others.',
  ],
  [/(?:^|\/)(?:\.env(?:\.[\w-]+)?|\.npmrc|[\w.-]*\.properties)$/i, 'Settings: secrets, debug modes, checks turned off, other registries.'],
];

/** Tokens of a prompt that hints may take: beyond these they cost more than they tell. */
const ROOM = 120;

type Hinted = Pick<ChunkFile, 'path' | 'language' | 'hunks'>;

/**
 * The hints for the files of a chunk, as many as there is room for: those for a kind of file first, then those of the
 * languages with the most changed lines. Each once, in an order of their own. Nothing of a file's name gets into them.
 */
export function hintsFor(files: readonly Hinted[]): readonly string[] {
  const byPath = BY_PATH.flatMap(([pattern, hint]) => (files.some(({ path }) => pattern.test(path)) ? [hint] : []));
  const lines = new Map<string, number>();
  for (const { language, hunks } of files) {
    const hint = language === null ? undefined : BY_LANGUAGE[language];
    if (hint !== undefined) lines.set(hint, (lines.get(hint) ?? 0) + hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0));
  }
  const byLanguage = [...lines].sort(([a, some], [b, more]) => more - some || (a < b ? -1 : 1)).map(([hint]) => hint);
  let room = ROOM;
  return [...byPath, ...byLanguage].filter((hint) => {
    const tokens = estimateTokens(hint);
    const fits = tokens <= room;
    if (fits) room -= tokens;
    return fits;
  });
}
