import type { CallSite } from '../flow/observer.ts';
import { deepTaints, HOLE, type Taint, taintsFor, type Value } from '../flow/value.ts';
import { ANYONE, REMOTE, type Report, type Rule } from '../rule.ts';

const JAVASCRIPT_SHELLS =
  /^((child_process|childProcess|cp|child|proc)\.(exec|execSync|execAsync)|exec|execSync|execAsync|execPromise|(shelljs|shell|sh)\.exec|shelljs|execa\.(command|commandSync|execaCommand|execaCommandSync)|execaCommand|execaCommandSync)$/;
const JAVASCRIPT_PROGRAMS =
  /^((child_process|childProcess|cp|child|proc)\.)?(spawn|spawnSync|execFile|execFileSync|fork)$|^(execa|cross-spawn|execa\.execa|execa\.sync)$/;
const PYTHON_SHELLS =
  /^(os\.(system|popen|popen2|popen3|popen4)|popen2\.popen\d|commands\.(getoutput|getstatusoutput)|subprocess\.(getoutput|getstatusoutput)|asyncio\.(subprocess\.)?create_subprocess_shell|pty\.spawn)$/;
const PYTHON_PROGRAMS = /^(subprocess\.(run|call|check_call|check_output|Popen)|sp\.(run|call|check_output|Popen))$/;
const SHELL = /^(.*\/)?(sh|bash|zsh|dash|ksh|cmd|cmd\.exe|powershell|powershell\.exe|pwsh)$/;
const FIX = {
  javascript: 'Use `execFile` or `spawn` with the arguments as an array and without a shell.',
  python: 'Pass the arguments as a list and leave `shell=True` out.',
};

/** A shell command that is put together from text that somebody else chooses. */
export const commandInjection: Rule = {
  id: 'command-injection',
  cwe: 'CWE-78',
  title: 'OS command injection',
  onCall(site, report) {
    // A method of something without a name, `(/x/).exec(text)`, is not the module's.
    if (site.local || (site.callee.kind === 'member' && !site.name.includes('.'))) return;
    if (site.dialect === 'python') inspectPython(site, report);
    else inspectJavaScript(site, report);
  },
};

function inspectJavaScript(site: CallSite, report: Report): void {
  const [first, second] = site.args;
  if (first === undefined) return;
  if (JAVASCRIPT_SHELLS.test(site.name)) {
    reportCommand(site, taintsFor(first, 'command', ANYONE), report);
    return;
  }
  if (!JAVASCRIPT_PROGRAMS.test(site.name)) return;
  const options = site.args.find((arg) => arg.fields?.has('shell'));
  const shell = options?.fields?.get('shell');
  const inShell = shell?.constant === true && shell.text !== 'false' && shell.text !== '';
  if (inShell) {
    reportCommand(site, [...taintsFor(first, 'command', ANYONE), ...inArguments(second)], report, false);
    return;
  }
  if (SHELL.test(first.text) && second !== undefined && /(^|\s)[-/]\w*[cC]/.test(second.text)) {
    reportCommand(site, inArguments(second), report);
    return;
  }
  reportProgram(site, first, report);
}

function inspectPython(site: CallSite, report: Report): void {
  const first = site.args[0] ?? site.named.get('args') ?? site.named.get('cmd');
  if (first === undefined) return;
  if (PYTHON_SHELLS.test(site.name)) {
    reportCommand(site, taintsFor(first, 'command', ANYONE), report);
    return;
  }
  if (/(^|\.)(ssh|ssh_client|client|paramiko)\.exec_command$/.test(site.shown)) {
    reportCommand(site, taintsFor(first, 'command', REMOTE), report);
    return;
  }
  if (!PYTHON_PROGRAMS.test(site.name)) return;
  const shell = site.named.get('shell');
  if (shell?.constant && shell.text === 'true') {
    reportCommand(site, taintsFor(first, 'command', ANYONE), report);
    return;
  }
  if (/^(sh|bash|\/bin\/sh|\/bin\/bash) -c /.test(first.text)) {
    reportCommand(site, taintsFor(first, 'command', ANYONE), report);
    return;
  }
  if (first.text === HOLE) reportProgram(site, first, report);
}

/** With a shell, every argument is part of the command line. */
function inArguments(value: Value | undefined): readonly Taint[] {
  return value === undefined ? [] : taintsFor({ ...value, taints: deepTaints(value) }, 'command', ANYONE);
}

function reportCommand(site: CallSite, taints: readonly Taint[], report: Report, onlyBuilt = true): void {
  if (taints.length === 0) return;
  report({
    at: site,
    severity: 'critical',
    confidence: 0.9,
    taints,
    onlyBuilt,
    ...(onlyBuilt && !isWrapper(site) ? { whole: { severity: 'low', confidence: 0.45 } as const } : {}),
    message: `{source} reaches \`${site.shown}\` as part of the shell command.`,
    fix: FIX[site.dialect],
  });
}

/** True where options or a callback are handed on, too: running what it is given is what the function is for. */
function isWrapper(site: CallSite): boolean {
  return site.nodes.some(({ name, value }, at) => (at > 0 && value.kind === 'name') || name === '**' || value.kind === 'other');
}

/** Without a shell, only who names the program itself is dangerous. */
function reportProgram(site: CallSite, program: Value, report: Report): void {
  const taints = taintsFor(program, 'command', ['request']);
  if (taints.length === 0) return;
  const fix = 'Choose the program from a fixed list.';
  report({
    at: site,
    severity: 'critical',
    confidence: 0.8,
    taints,
    message: `{source} decides which program \`${site.shown}\` starts.`,
    fix,
  });
}
