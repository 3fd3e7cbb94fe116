import type { CallSite } from '../flow/observer.ts';
import { isBuilt, type SourceKind, taintsFor, type Value } from '../flow/value.ts';
import { ANYONE, REMOTE, type Rule } from '../rule.ts';

const JAVASCRIPT =
  /^((window\.|global\.|globalThis\.)?eval|(window\.|global\.)?Function|vm\.(runInContext|runInNewContext|runInThisContext|Script|compileFunction)|vm2\.VM\.run|safe-eval|notevil|static-eval)$/;
const TIMERS = /^((window|global|globalThis)\.)?(setTimeout|setInterval|setImmediate|execScript)$/;
const PYTHON = /^(eval|exec|compile|builtins\.(eval|exec|compile)|code\.InteractiveInterpreter\.runsource)$/;
const PYTHON_IMPORTS = /^(__import__|importlib\.import_module)$/;
const FIX = 'Do not run text as code: parse it as data (JSON, a small grammar) or look the action up in a fixed table.';

/** Text that somebody else chooses is run as a program. */
export const codeInjection: Rule = {
  id: 'code-injection',
  cwe: 'CWE-94',
  title: 'Code injection',
  onCall(site, report) {
    if (site.local) return;
    const code = codeOf(site);
    if (code === undefined) return;
    const isTimer = TIMERS.test(site.name);
    const taints = taintsFor(code, 'code', kindsFor(site, code));
    if (taints.length === 0 || (isTimer && !isBuilt(code) && site.nodes[0]?.value.kind !== 'name')) return;
    report({
      at: site,
      severity: 'critical',
      confidence: 0.9,
      taints,
      message: `{source} reaches \`${site.shown}\`, which runs it as code.`,
      fix: FIX,
    });
  },
};

/** Running what a caller hands over is the whole point of some functions; building code around it is not. */
function kindsFor(site: CallSite, code: Value): readonly SourceKind[] {
  if (site.dialect === 'javascript' && !TIMERS.test(site.name)) return ANYONE;
  if (PYTHON_IMPORTS.test(site.name)) return REMOTE;
  return isBuilt(code) && (TIMERS.test(site.name) || site.method === 'eval') ? [...REMOTE, 'cli', 'param'] : [...REMOTE, 'cli'];
}

function codeOf(site: CallSite): Value | undefined {
  if (site.dialect === 'python') return PYTHON.test(site.name) || PYTHON_IMPORTS.test(site.name) ? site.args[0] : undefined;
  // The last argument of `new Function` is the body; the others are parameter names.
  if (/Function$/.test(site.name) && JAVASCRIPT.test(site.name)) return site.args.at(-1);
  return JAVASCRIPT.test(site.name) || TIMERS.test(site.name) ? site.args[0] : undefined;
}
