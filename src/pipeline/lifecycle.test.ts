import { describe, expect, it } from 'vitest';
import type { Finding } from '#model/finding.ts';
import type { Dismissal } from '#model/lifecycle.ts';
import { tellPushes } from '../../test/fakes/push-story.ts';
import { type Answering, failed, reporting } from '../../test/fakes/scan-context.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { changeBetween, filler } from '../../test/fixtures/text-change.ts';
import { strategyOf } from '../compose.ts';
import { replay } from './replay.ts';

const WEAK = 'query("select " + name)';
const PLAN = makePlan([makeSeat('a')]);
const finds = reporting(/select/);
const silent: Answering = () => '{"findings": []}';

/** Three places, far enough apart to be hunks of their own. */
const three = (first: string, second: string, third: string) =>
  `${filler(0, 12)}${first}${filler(20, 20)}${second}${filler(50, 20)}${third}${filler(80, 12)}`;
const BASE = { 'a.js': three('', '', '') };
const begin = (answers: Answering = finds) => {
  let answering = answers;
  const push = tellPushes(PLAN, () => ({ a: (...asked) => answering(...asked) }));
  const answer = (next: Answering) => {
    answering = next;
  };
  return { push, answer };
};
const told = (findings: readonly Finding[]) => findings.map(({ state, startLine, suppressedBy }) => [state, startLine, suppressedBy]);
const only = (findings: readonly Finding[]): Finding => {
  const [one, ...more] = findings;
  if (one === undefined || more.length > 0) throw new TypeError(`${findings.length} findings`);
  return one;
};

describe('a push', () => {
  const head = three(`${WEAK}\n`, 'safe(1)\n', `${WEAK} // third\n`);

  it('that edits one of three hunks asks about that one', async () => {
    const { push } = begin();
    const first = await push({ base: BASE, head: { 'a.js': head } });
    expect(first.result.ledger).toHaveLength(3);
    expect(told(first.result.findings)).toEqual([
      ['new', 13, null],
      ['new', 55, null],
    ]);
    const second = await push({ base: BASE, head: { 'a.js': head.replace('safe(1)', 'safe(1)\nsafe(2)') } });
    expect(second.calls).toBe(1);
    expect(second.record.chunks.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks.map(({ hunkId }) => hunkId)))).toHaveLength(1);
    expect(second.result).toMatchObject({
      conclusion: 'findings',
      coverage: { hunks: 3, reviewed: 3 },
      since: { carriedHunks: 2, fixed: [], unknown: [] },
    });
    expect(told(second.result.findings)).toEqual([
      ['persisting', 13, null],
      ['persisting', 56, null],
    ]);
    expect(second.result.findings.map(({ id, fingerprint }) => [id, fingerprint])).toEqual(
      first.result.findings.map(({ id, fingerprint }) => [id, fingerprint]),
    );
  });

  it('onto a moved base carries everything and asks nobody', async () => {
    const { push, answer } = begin();
    const first = await push({ base: BASE, head: { 'a.js': head } });
    answer(() => failed());
    const moved = `import x from 'x'\n${filler(900, 7)}`;
    const { result, calls } = await push({ base: { 'a.js': moved + BASE['a.js'] }, head: { 'a.js': moved + head } });
    expect(calls).toBe(0);
    expect(told(result.findings)).toEqual([
      ['persisting', 21, null],
      ['persisting', 63, null],
    ]);
    expect(result.findings.map(({ fingerprint }) => fingerprint)).toEqual(first.result.findings.map(({ fingerprint }) => fingerprint));
    expect(result.since?.carriedHunks).toBe(3);
  });

  it('in which the file is renamed carries what is unchanged', async () => {
    const { push } = begin();
    const first = await push({ base: BASE, head: { 'a.js': head } });
    const { result, calls } = await push({ base: BASE, head: { 'lib/b.js': head }, renames: { 'lib/b.js': 'a.js' } });
    expect(calls).toBe(0);
    expect(result.findings.map(({ path, state, fingerprint }) => [path, state, fingerprint])).toEqual(
      first.result.findings.map(({ fingerprint }) => ['lib/b.js', 'persisting', fingerprint]),
    );
  });

  it('after a scan that did not review a hunk asks about it again', async () => {
    const { push, answer } = begin(() => failed());
    await push({ base: BASE, head: { 'a.js': head } });
    answer(finds);
    const { result } = await push({ base: BASE, head: { 'a.js': head } });
    expect(result).toMatchObject({ since: { carriedHunks: 0 }, coverage: { reviewed: 3 } });
  });

  it('after a scan whose cap cut a claim off shows that claim when there is room', async () => {
    const steps = [...PLAN.consensus.steps, { kind: 'cap' as const, findings: 1 }];
    const push = tellPushes({ ...PLAN, consensus: { ...PLAN.consensus, steps } }, () => ({ a: finds }));
    const first = await push({ base: BASE, head: { 'a.js': head } });
    expect(told(first.result.findings)).toEqual([['new', 13, null]]);
    const { result } = await push({ base: BASE, head: { 'a.js': head.replace(WEAK, 'safe(0)') } });
    expect(result).toMatchObject({ conclusion: 'findings', since: { carriedHunks: 0, fixed: [{}] } });
    expect(told(result.findings)).toEqual([['new', 55, null]]);
  });

  it('that leaves all as it was replays to the same result', async () => {
    const { push } = begin();
    await push({ base: BASE, head: { 'a.js': head } });
    const { result, record } = await push({ base: BASE, head: { 'a.js': head.replace('safe(1)', WEAK) } });
    expect(result.findings).toHaveLength(3);
    const again = await replay(JSON.parse(JSON.stringify(record)), PLAN.consensus, { strategyOf, records: [] });
    expect({ ...again, timing: result.timing }).toEqual(result);
  });
});

describe('a finding', () => {
  const one = (line: string) => ({ 'a.js': `${filler(0, 12)}${line}${filler(20, 12)}` });
  const none = one('');

  it('whose line was changed and that is not found again is fixed, and reopened when it comes back', async () => {
    const { push } = begin();
    const first = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
    const second = (await push({ base: none, head: one('query(sql, [name])\n') })).result;
    expect(second).toMatchObject({
      conclusion: 'passed',
      findings: [],
      since: { fixed: [{ id: first.id, because: 'its line was changed' }], unknown: [] },
    });
    const third = (await push({ base: none, head: one('query(sql, [name]) \n') })).result;
    expect(third.since).toMatchObject({ fixed: [], unknown: [] });
    const back = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
    expect(back).toMatchObject({ id: first.id, fingerprint: first.fingerprint, state: 'reopened' });
  });

  it('whose change was taken back is fixed', async () => {
    const { push } = begin();
    await push({ base: none, head: one(`${WEAK}\n`) });
    const { result } = await push({ base: none, head: none });
    expect(result.since).toMatchObject({ fixed: [{ because: 'its code is no longer part of the change' }], unknown: [] });
  });

  it('whose code is part of the base by now is not called fixed', async () => {
    const { push } = begin();
    await push({ base: none, head: one(`${WEAK}\n`) });
    const { result } = await push({ base: one(`${WEAK}\n`), head: one(`${WEAK}\n`) });
    expect(result.since).toMatchObject({ fixed: [], unknown: [{ because: 'its code is unchanged, and no longer part of the change' }] });
  });

  it('whose file is deleted is fixed', async () => {
    const { push } = begin();
    await push({ base: none, head: one(`${WEAK}\n`) });
    expect((await push({ base: none, head: {} })).result.since).toMatchObject({ fixed: [{ because: 'its file was deleted' }] });
  });

  it('whose code is unchanged and that is not found again is unknown, and stays what it is', async () => {
    const { push, answer } = begin();
    const first = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
    answer(silent);
    const second = (await push({ base: none, head: one(`more()\n${WEAK}\n`) })).result;
    expect(second.since?.unknown).toMatchObject([
      { id: first.id, startLine: 14, state: 'open', because: expect.stringContaining('unchanged') },
    ]);
    answer(finds);
    const third = only((await push({ base: none, head: one(`more()\nmore()\n${WEAK}\n`) })).result.findings);
    expect(third).toMatchObject({ fingerprint: first.fingerprint, state: 'persisting', startLine: 15 });
  });

  it('whose place was not reviewed is unknown', async () => {
    const { push, answer } = begin();
    await push({ base: none, head: one(`${WEAK}\n`) });
    answer(() => failed());
    expect((await push({ base: none, head: one('query(sql)\n') })).result.since).toMatchObject({
      fixed: [],
      unknown: [{ because: 'its place was not fully reviewed this time' }],
    });
  });

  it('whose line was edited and that is found again keeps its name', async () => {
    const { push } = begin();
    const first = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
    const second = only((await push({ base: none, head: one('query("select " + other)\n') })).result.findings);
    expect(second).toMatchObject({
      id: first.id,
      fingerprint: first.fingerprint,
      state: 'persisting',
      evidence: 'query("select " + other)',
    });
  });

  it('that moved to a new file keeps its name', async () => {
    const { push } = begin();
    const first = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
    const { result } = await push({ base: none, head: { ...none, 'b.js': `${WEAK}\nexport {}\n` } });
    expect(only(result.findings)).toMatchObject({ path: 'b.js', fingerprint: first.fingerprint, state: 'persisting' });
    expect(result.since).toMatchObject({ fixed: [], unknown: [] });
  });

  it('in a new file that was renamed is reviewed again, and known', async () => {
    const { push } = begin();
    const first = only((await push({ base: {}, head: { 'a.js': `${WEAK}\n` } })).result.findings);
    const { result, calls } = await push({ base: {}, head: { 'b.js': `${WEAK}\n` } });
    expect(calls).toBe(1);
    expect(only(result.findings)).toMatchObject({ path: 'b.js', fingerprint: first.fingerprint, state: 'persisting' });
  });

  it('on the second of two equal lines keeps its own name when the first is removed', async () => {
    const two = (first: string) => one(`begin()\n${first}middle()\n${WEAK}\nend()\n`);
    const { push } = begin();
    const [, second] = (await push({ base: none, head: two(`${WEAK}\n`) })).result.findings.toSorted((a, b) => a.startLine - b.startLine);
    const { result } = await push({ base: none, head: two('') });
    expect(only(result.findings).fingerprint).toBe(second?.fingerprint);
    expect(result.since?.fixed).toMatchObject([{ because: 'its line was removed', startLine: 14 }]);
  });

  it('on a third equal line gets a name of its own', async () => {
    const { push } = begin();
    await push({ base: BASE, head: { 'a.js': three(`${WEAK}\n`, '', `${WEAK}\n`) } });
    const { result } = await push({ base: BASE, head: { 'a.js': three(`${WEAK}\n`, `${WEAK}\n`, `${WEAK}\n`) } });
    expect(new Set(result.findings.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(new Set(result.findings.map(({ id }) => id)).size).toBe(3);
    expect(told(result.findings).toSorted()).toEqual(
      [
        ['new', 34, null],
        ['persisting', 13, null],
        ['persisting', 55, null],
      ].toSorted(),
    );
  });

  describe('that was dismissed', () => {
    const dismissal = ({ fingerprint, cwe, path, evidence }: Finding, scope: Dismissal['scope'] = 'pull'): Dismissal => ({
      ...{ fingerprint, cwe, path, evidence, scope },
      ...{ reason: 'a fixture', actor: 'octocat' },
    });

    it('stays so while its code is as it was, and comes back when that was edited', async () => {
      const { push } = begin();
      const first = only((await push({ base: none, head: one(`${WEAK}\n`) })).result.findings);
      const memory = { dismissals: [dismissal(first)] };
      const carried = (await push({ base: none, head: one(`${WEAK}\n`), memory })).result;
      expect(carried).toMatchObject({
        conclusion: 'passed',
        findings: [{ state: 'dismissed', suppressedBy: 'dismissed', suppressedReason: '@octocat: a fixture' }],
      });
      const shifted = (await push({ base: none, head: one(`more()\n  ${WEAK};\n`), memory })).result;
      expect(only(shifted.findings)).toMatchObject({ state: 'dismissed', fingerprint: first.fingerprint });
      const edited = (await push({ base: none, head: one('query("select " + id)\n'), memory })).result;
      expect(only(edited.findings)).toMatchObject({ state: 'reopened', suppressedBy: null, fingerprint: first.fingerprint });
    });

    it.each([
      { name: 'for the repository, in a file that is gone by now', scope: 'repository' as const, kept: {}, by: 'dismissed' },
      { name: 'for the repository, in a file that is still there', scope: 'repository' as const, kept: { 'old.js': 'x' }, by: null },
      { name: 'for another pull request', scope: 'pull' as const, kept: {}, by: null },
    ])('$name', async ({ scope, kept, by }) => {
      const [made] = (await begin().push({ base: {}, head: { 'old.js': `${WEAK}\n` } })).result.findings;
      if (made === undefined) throw new TypeError('nothing was found');
      const { result } = await begin(reporting(/more/, { startLine: 1, endLine: 1, evidence: WEAK })).push({
        base: { ...kept, 'new.js': `${WEAK}\n` },
        head: { ...kept, 'new.js': `${WEAK}\nmore()\n` },
        memory: { dismissals: [dismissal(made, scope)] },
      });
      expect(only(result.findings).suppressedBy).toBe(by);
    });

    it('for the repository, in a file that is gone by now, is not for the same code that a change adds', async () => {
      const [made] = (await begin().push({ base: {}, head: { 'old.js': `${WEAK}\n` } })).result.findings;
      if (made === undefined) throw new TypeError('nothing was found');
      const memory = { dismissals: [dismissal(made, 'repository')] };
      const { result, record } = await begin().push({ base: {}, head: { 'new.js': `${WEAK}\n` }, memory });
      expect(told(result.findings)).toEqual([['new', 1, null]]);
      expect(record.memory?.goneFiles).toEqual(['old.js']);
    });

    it('for the repository, holds where the change renames its file', async () => {
      const [made] = (await begin().push({ base: {}, head: { 'old.js': `${WEAK}\n` } })).result.findings;
      if (made === undefined) throw new TypeError('nothing was found');
      const { result } = await begin().push({
        base: { 'old.js': `${WEAK}\n` },
        head: { 'new.js': `more()\n  ${WEAK};\n` },
        renames: { 'new.js': 'old.js' },
        memory: { dismissals: [dismissal(made, 'repository')] },
      });
      expect(told(result.findings)).toEqual([['dismissed', 2, 'dismissed']]);
    });
  });

  it('in the baseline does not count, and one beside it does', async () => {
    const { result } = await begin().push({
      base: {},
      head: { 'a.js': `${WEAK}\nquery("select " + id)\n` },
      memory: { baseline: [{ fingerprint: '', cwe: 'CWE-89', path: 'a.js', evidence: `${WEAK};` }] },
    });
    expect(told(result.findings)).toEqual([
      ['new', 2, null],
      ['new', 1, 'baseline'],
    ]);
  });
});

describe('a comment in the code that asks to ignore', () => {
  const ignored = `// aegis-ignore[CWE-89]: the name is a constant\n`;
  const before = { 'a.js': `${filler(0, 12)}${ignored}query("select 1")\n${filler(20, 12)}` };
  const after = { 'a.js': `${filler(0, 12)}${ignored}${WEAK}\n${filler(20, 12)}` };

  it('is obeyed where the base has it', async () => {
    const { result } = await begin().push({ base: before, head: after });
    expect(only(result.findings)).toMatchObject({ suppressedBy: 'inline-ignore', suppressedReason: 'the name is a constant' });
    expect(result.ignores).toMatchObject([{ path: 'a.js', line: 13, added: false, obeyed: true, findings: 1 }]);
  });

  it('is shown where the change adds it, and obeyed only for a person who reviews their own change', async () => {
    const push = { base: { 'a.js': filler(0, 24) }, head: after };
    const shown = (await begin().push(push)).result;
    expect(only(shown.findings).suppressedBy).toBeNull();
    expect(shown.ignores).toMatchObject([{ added: true, obeyed: false, findings: 1 }]);
    expect(only((await begin().push({ ...push, memory: { ignores: 'all' } })).result.findings).suppressedBy).toBe('inline-ignore');
  });

  it('is read where it stands above the hunk', async () => {
    const far = (line: string) => ({
      'a.js': `${filler(0, 3)}# aegis-ignore: far\n# one\n# two\n# three\n# four\n# five\n${line}\n${filler(20, 3)}`,
    });
    const { result } = await begin().push({ base: far('x = 1'), head: far(WEAK) });
    expect(only(result.findings).suppressedBy).toBe('inline-ignore');
    expect(result.ignores).toMatchObject([{ line: 4, findings: 1 }]);
  });
});

describe('a secret in the code', () => {
  const KEY = `const apiKey = "${'q7Zx9Lm2Vb4Nc8Rt1Wy6'}${'Kd3Hs5Jg0Pf'}"`;
  const at = (line: string, more = '') => ({ 'a.js': `${filler(0, 12)}${more}${line}\n${filler(20, 12)}` });
  const secrets = reporting(/apiKey/, { cwe: 'CWE-798', title: 'Key' });
  const none = { 'a.js': `${filler(0, 12)}${filler(20, 12)}` };

  it('is known again though it is remembered without itself', async () => {
    const { push } = begin(secrets);
    const first = only((await push({ base: none, head: at(KEY) })).result.findings);
    expect(first.evidence).toBe('const apiKey = "***masked***"');
    const shifted = (await push({ base: none, head: at(KEY, 'more()\n') })).result;
    expect(only(shifted.findings)).toMatchObject({ state: 'persisting', fingerprint: first.fingerprint, startLine: 14 });
    expect(shifted.since).toMatchObject({ fixed: [], unknown: [] });
  });

  it('that is not reported again is not called fixed while it stands there, and is when it is gone', async () => {
    const { push, answer } = begin(secrets);
    await push({ base: none, head: at(KEY) });
    answer(silent);
    expect((await push({ base: none, head: at(KEY, 'more()\n') })).result.since).toMatchObject({ fixed: [], unknown: [{ startLine: 14 }] });
    expect((await push({ base: none, head: at('const apiKey = read()', 'more()\n') })).result.since).toMatchObject({
      fixed: [{}],
      unknown: [],
    });
  });

  it('that was dismissed comes back when another takes its place', async () => {
    const { push } = begin(secrets);
    const { fingerprint, cwe, path, evidence } = only((await push({ base: none, head: at(KEY) })).result.findings);
    const memory = { dismissals: [{ fingerprint, cwe, path, evidence, reason: 'revoked', actor: 'octocat', scope: 'pull' as const }] };
    expect(only((await push({ base: none, head: at(KEY, 'more()\n'), memory })).result.findings).state).toBe('dismissed');
    const other = at(KEY.replace('q7Zx9', 'a1Bc3'), 'more()\n');
    expect(only((await push({ base: none, head: other, memory })).result.findings)).toMatchObject({ state: 'reopened', fingerprint });
  });
});

it('what was explained is not explained again', async () => {
  const plan = makePlan([makeSeat('a'), makeSeat('e', { role: 'explain' })], { stages: { explain: { seats: ['explain:e'], max: 10 } } });
  const explained: string[] = [];
  const push = tellPushes(plan, () => ({
    a: finds,
    e: (chunk) => {
      explained.push(chunk.id);
      return JSON.stringify({ explanation: 'Anybody can write the query.', fix: 'Bind it.', replacement: null });
    },
  }));
  const head = (last: string) => ({ 'a.js': three(`${WEAK}\n`, '', last) });
  await push({ base: BASE, head: head('') });
  expect(explained).toHaveLength(1);
  const { result } = await push({ base: BASE, head: head('query("select " + id)\n') });
  expect(explained).toHaveLength(2);
  expect(result.findings.map(({ explanation }) => explanation)).toEqual(['Anybody can write the query.', 'Anybody can write the query.']);
});

it('changes between texts are those that git would tell', () => {
  const { files } = changeBetween(
    { 'a.js': 'x\n', 'b.js': 'y\n', 'c.js': 'z\n' },
    { 'a.js': 'x\nw\n', 'd.js': 'y\n', 'e.js': 'n\n' },
    { 'd.js': 'b.js' },
  );
  expect(files.map(({ path, status, hunks }) => [path, status, hunks.length])).toEqual([
    ['a.js', 'modified', 1],
    ['c.js', 'deleted', 1],
    ['d.js', 'renamed', 0],
    ['e.js', 'added', 1],
  ]);
});

it('the reason of an ignore is told without a secret in it', async () => {
  const secret = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
  const { result } = await tellPushes(PLAN, () => ({ a: () => '{"findings": []}' }))({
    base: { 'a.js': 'x()\n' },
    head: { 'a.js': `x()\ny() // aegis-ignore: the token is ${secret}\n` },
  });
  expect(result.ignores).toHaveLength(1);
  expect(JSON.stringify(result.ignores)).not.toContain(secret);
});

it('a dismissal for the repository does not follow its code out of a file that this very change deletes', async () => {
  const { result } = await tellPushes(PLAN, () => ({ a: finds }))({
    base: { 'test/a.js': `${WEAK}\n`, 'src/b.js': filler(0, 5) },
    head: { 'src/b.js': `${filler(0, 5)}${WEAK}\n` },
    memory: {
      dismissals: [
        { fingerprint: 'f1', cwe: 'CWE-89', path: 'test/a.js', evidence: WEAK, reason: 'a fixture', actor: 'mona', scope: 'repository' },
      ],
    },
  });
  expect(told(result.findings)).toEqual([['new', 6, null]]);
});
