import type { Expression } from '#syntax/code.ts';
import { pathOf } from '../flow/names.ts';
import type { Report, Rule } from '../rule.ts';

const SECRET_NAME =
  /(^|_|[a-z])(token|password|passwd|secret|session_?id|session_?key|nonce|salt|otp|one_?time|api_?key|csrf|xsrf|reset_?code|verification_?code|auth_?code|invite_?code|private_?key|encryption_?key)s?$|^(sid|salt|otp|nonce|token|secret)$/i;
const MAKER_NAME =
  /(generate|make|create|new|random|get|build)_?\w*(token|password|secret|session_?id|otp|api_?key|nonce|salt|verification_?code)/i;
const WEAK_RANDOM =
  /^(Math\.random|random\.(random|randint|choice|choices|randrange|sample|getrandbits|uniform)|_\.random|lodash\.random|np\.random\.\w+)$/;

/** Numbers that can be predicted become a secret. */
export const insecureRandomness: Rule = {
  id: 'insecure-randomness',
  cwe: 'CWE-338',
  title: 'Predictable random numbers for a secret',
  onAssign({ target, node, line, endLine }, report) {
    const name = (pathOf(target) ?? '').split('.').at(-1) ?? '';
    if (SECRET_NAME.test(name)) inspect(name, node, { line, endLine }, report);
  },
  onEntry({ key, node, line, endLine }, report) {
    if (SECRET_NAME.test(key)) inspect(key, node, { line, endLine }, report);
  },
  onReturn({ node, fn, line, endLine }, report) {
    if (fn.name !== null && MAKER_NAME.test(fn.name)) inspect(fn.name, node, { line, endLine }, report);
  },
};

function inspect(name: string, value: Expression, at: { line: number; endLine: number }, report: Report): void {
  const random = findRandom(value);
  if (random === null) return;
  report({
    at,
    severity: 'medium',
    confidence: 0.75,
    message: `\`${name}\` comes from \`${random}\`, whose next values can be predicted.`,
    fix: random.startsWith('Math') ? 'Use `crypto.randomBytes` or `crypto.randomUUID`.' : 'Use the `secrets` module.',
  });
}

/** The predictable generator that takes part in a value, without looking into functions of their own. */
function findRandom(value: Expression): string | null {
  const pending = [value];
  for (let steps = 0; steps < 60; steps += 1) {
    const node = pending.shift();
    if (node === undefined) return null;
    if (node.kind === 'call') {
      const path = pathOf(node.callee) ?? '';
      if (WEAK_RANDOM.test(path)) return path;
      pending.push(...(node.callee.kind === 'member' ? [node.callee.object] : []), ...node.args.map((arg) => arg.value));
    }
    if (node.kind === 'binary') pending.push(node.left, node.right);
    if (node.kind === 'template') pending.push(...node.parts.filter((part) => typeof part !== 'string'));
    if (node.kind === 'member') pending.push(node.object);
    if (node.kind === 'index') pending.push(node.object, node.index);
    if (node.kind === 'conditional') pending.push(node.whenTrue, node.whenFalse);
    if (node.kind === 'list') pending.push(...node.items);
    if (node.kind === 'comprehension') pending.push(node.element);
  }
  return null;
}
