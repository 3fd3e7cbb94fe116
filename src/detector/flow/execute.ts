import type { Statement } from '#syntax/code.ts';
import { elementOf } from './bind.ts';
import { ALL } from './family.ts';
import type { Machine } from './machine.ts';
import { pathOf } from './names.ts';
import type { Scope } from './scope.ts';
import { type Clearing, UNKNOWN, type Value } from './value.ts';

/** Calls after which nothing follows. */
const EXITS = /^(process\.exit|sys\.exit|os\._exit|exit|quit|abort|flask\.abort|usage|die|fatal|notFound|redirect|panic|fail|throwError)$/;

/** Runs statements in order. True when control never reaches their end. */
export function executeStatements(machine: Machine, statements: readonly Statement[], scope: Scope): boolean {
  // Function declarations are known before the first statement, and run after the last one.
  const later: Statement[] = [];
  for (const statement of statements) {
    if (!isDeclaration(statement)) continue;
    const { value } = statement;
    if (value.kind === 'function' && value.name !== null && !value.isMethod) scope.declare(value.name, { ...UNKNOWN, fn: value });
    later.push(statement);
  }
  let leaves = false;
  for (const statement of statements) {
    if (isDeclaration(statement)) continue;
    if (executeStatement(machine, statement, scope)) leaves = true;
  }
  for (const statement of later) executeStatement(machine, statement, scope);
  return leaves;
}

function isDeclaration(statement: Statement): statement is Statement & { kind: 'expression' } {
  return (
    statement.kind === 'expression' && statement.value.kind === 'function' && (statement.value.name !== null || statement.value.isMethod)
  );
}

function executeStatement(machine: Machine, statement: Statement, scope: Scope): boolean {
  switch (statement.kind) {
    case 'expression': {
      const value = machine.evaluate(statement.value, scope);
      // `valid(x) || fail()` stands for an if.
      if (value.facts !== null && statement.value.kind === 'binary')
        scope.clear(statement.value.op === '||' ? value.facts.no : value.facts.yes);
      return statement.value.kind === 'call' && EXITS.test(pathOf(statement.value.callee) ?? '');
    }
    case 'return':
    case 'throw':
      if (statement.value !== null) {
        const value = machine.evaluate(statement.value, scope);
        const fn = scope.owner();
        if (statement.kind === 'return' && fn !== null) {
          machine.memory.addReturn(fn, value);
          machine.observer.onReturn({ line: statement.line, endLine: statement.endLine, value, node: statement.value, fn });
        }
      }
      return true;
    case 'leave':
      return true;
    case 'assert':
      scope.clear(machine.evaluate(statement.test, scope).facts?.yes ?? []);
      return false;
    case 'if':
      return executeIf(machine, statement, scope);
    case 'loop':
      executeLoop(machine, statement, scope);
      return false;
    case 'switch':
      executeSwitch(machine, statement, scope);
      return false;
    case 'try':
      return executeTry(machine, statement, scope);
    case 'block':
      return machine.execute(statement.body, scope);
    case 'import':
      for (const { imported, local } of statement.names) scope.set(local, importedValue(statement.module, imported));
      return false;
    case 'export':
      if (statement.value !== null) machine.execute([statement.value], scope);
      return false;
  }
}

function executeIf(machine: Machine, statement: Statement & { kind: 'if' }, scope: Scope): boolean {
  const { facts } = machine.evaluate(statement.test, scope);
  const [first, second] = [scope.branch(facts?.yes), scope.branch(facts?.no)];
  const firstLeaves = machine.execute(statement.whenTrue, first);
  const secondLeaves = machine.execute(statement.whenFalse, second);
  if (firstLeaves && secondLeaves) return true;
  if (firstLeaves) scope.adopt(second);
  else if (secondLeaves) scope.adopt(first);
  else scope.merge([first, second]);
  return false;
}

function executeLoop(machine: Machine, statement: Statement & { kind: 'loop' }, scope: Scope): void {
  const body = scope.branch();
  machine.execute(statement.head, body);
  if (statement.target !== null && statement.over !== null)
    machine.bind(statement.target, elementOf(machine.evaluate(statement.over, body)), body, '=');
  if (statement.test !== null) body.clear(machine.evaluate(statement.test, body).facts?.yes ?? []);
  machine.execute(statement.body, body);
  scope.merge([body, scope.branch()]);
}

function executeSwitch(machine: Machine, statement: Statement & { kind: 'switch' }, scope: Scope): void {
  const subject = machine.evaluate(statement.subject, scope);
  const known: Clearing[] = subject.taints.map((taint) => ({ path: taint.source.path, mask: ALL }));
  const branches = statement.cases.map(({ test, body }) => {
    if (test !== null) machine.evaluate(test, scope);
    const branch = scope.branch(test === null ? [] : known);
    return { branch, leaves: machine.execute(body, branch) && endsFunction(body), isDefault: test === null };
  });
  const open = branches.filter(({ leaves }) => !leaves).map(({ branch }) => branch);
  // Without a default, no case may match.
  scope.merge(branches.some(({ isDefault }) => isDefault) ? open : [...open, scope.branch()]);
}

/** True where a branch ends with `return` or `throw` and not with `break`. */
function endsFunction(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  return last?.kind === 'block' ? endsFunction(last.body) : last?.kind === 'return' || last?.kind === 'throw';
}

function executeTry(machine: Machine, statement: Statement & { kind: 'try' }, scope: Scope): boolean {
  const body = scope.branch();
  const leaves = machine.execute(statement.body, body);
  const handlers = statement.handlers.map((handler) => {
    const branch = scope.branch();
    return { branch, leaves: machine.execute(handler, branch) };
  });
  const open = handlers.filter((handler) => !handler.leaves).map(({ branch }) => branch);
  if (!leaves && open.length === 0) scope.adopt(body);
  else scope.merge(leaves ? open : [body, ...open]);
  const last = machine.execute(statement.last, scope);
  return last || (leaves && open.length === 0);
}

function importedValue(module: string, imported: string): Value {
  const name = module.replace(/^node:/, '');
  return { ...UNKNOWN, ref: imported === '*' || imported === 'default' ? name : `${name}.${imported}` };
}
