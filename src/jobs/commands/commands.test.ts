import { describe, expect, it } from 'vitest';
import { HostError } from '#github/host-error.ts';
import { command, makeKnown, makeThread, taskJob } from '../../../test/fakes/task-job.ts';
import { makeFinding, makeResult } from '../../../test/fixtures/scan-results.ts';
import { runTask } from '../run-task.ts';
import { COMMANDS } from './commands.ts';

type Parts = NonNullable<Parameters<typeof taskJob>[0]>;

/** Runs one comment; `said` is the reply without its key, `did` what was done between the reactions. */
async function say(body: string, parts: Parts = {}, over: Parameters<typeof command>[1] = {}) {
  const job = taskJob({ ...parts, task: command(body, over) });
  await runTask('task-1', job.ctx);
  const [reply] = job.replies.values();
  return { ...job, said: reply?.body ?? '', place: reply?.comment, did: job.done.filter((one) => !/^(react|reply|finish)/.test(one)) };
}

const other = makeKnown({
  id: 'k3v9zz',
  fingerprint: '5'.repeat(64),
  title: 'Path traversal',
  path: 'src/files.js',
  startLine: 7,
  endLine: 9,
});
const inThread = { inReplyTo: 601, comment: { kind: 'review', id: 602 } } as const;
const thread = { threads: [makeThread()] };

describe('every command', () => {
  const lines: Record<string, string> = {
    dismiss: '/aegis dismiss k3v9qd a fixture',
    reopen: '/aegis reopen k3v9qd',
    explain: '/aegis explain k3v9qd',
  };
  const dismissed = [{ ...makeKnown(), reason: 'x', actor: 'mona', scope: 'pull' } as const];
  const ready: Record<string, Parts> = { reopen: { dismissed }, resume: { paused: 'lisa' } };

  describe.each(COMMANDS)('$name', ({ name }) => {
    const line = lines[name] ?? `/aegis ${name}`;

    it('is done for a person with write access: eyes first, then the work, then a thumb and the reply', async () => {
      const { done, reactions, said } = await say(line, ready[name]);
      expect(done[0]).toBe('react eyes');
      expect(done.slice(-3)).toEqual(['react +1', 'reply reply:501', `finish done: ${name} by mona: done`]);
      expect([...reactions]).toEqual(['issue 501 eyes', 'issue 501 +1']);
      expect(said).not.toBe('');
    });

    it('is refused to everybody else: nothing is done, no model is asked', async () => {
      const explain = () => Promise.reject(new Error('asked'));
      const { done, said, logged } = await say(line, { ...ready[name], explain, writers: [] });
      expect(done).toEqual(['react confused', 'reply stranger:mona', `finish done: ${name}: mona may not write here`]);
      expect(said).toBe('Commands need write access to this repository. Nothing was done.');
      expect(logged).toHaveLength(1);
    });

    it('is not answered to a bot', async () => {
      const { done } = await say(line, ready[name], { actor: { login: 'dependabot[bot]', isBot: true } });
      expect(done).toEqual([`finish done: ${name}: bots are not answered`]);
    });

    it('is answered in the thread that it was written in', async () => {
      const { place, reactions } = await say(line, { ...ready[name], ...thread }, inThread);
      expect(place).toEqual({ kind: 'review', id: 601 });
      expect([...reactions]).toEqual(['review 602 eyes', 'review 602 +1']);
    });

    it('repeated after a crash before its end is answered once, with the same', async () => {
      const first = await say(line, ready[name]);
      const again = taskJob({
        ...{ task: command(line), tries: 2, known: [makeKnown()], dismissed: first.dismissals() },
        host: { reply: first.ctx.host.reply },
        store: { pausedBy: first.ctx.store.pausedBy, setPaused: first.ctx.store.setPaused },
      });
      await runTask('task-1', again.ctx);
      expect(first.replies.size).toBe(1);
      expect(again.done.at(-1)).toBe(`finish done: ${name} by mona: done`);
    });

    it('is done, and not answered, where the comment is gone', async () => {
      const lost = () => Promise.reject(new HostError('not-found', 'GitHub answered 404'));
      const { done, logged } = await say(line, { ...ready[name], host: { react: lost, reply: lost } });
      expect(done.at(-1)).toBe(`finish done: ${name} by mona: done`);
      expect(logged).toContain('warn a command could not be answered: GitHub answered 404');
    });

    it('stands in the help', async () => expect((await say('/aegis help')).said).toContain(`\`/aegis ${name}`));
  });

  it.each(['/aegis', '/aegis help', '/AEGIS HELP please'])('%s lists all', async (line) => {
    const { said, reactions } = await say(line);
    expect([...reactions]).toContain('issue 501 +1');
    expect(said.match(/^\| `\/aegis /gm)).toHaveLength(COMMANDS.length);
  });

  it.each(['approve', '<img src=x>', '__proto__', '@octocat'])(
    'unknown, %s, is answered by the help, and nothing is done',
    async (word) => {
      const { said, did, reactions } = await say(`/aegis ${word} everything`);
      expect(did).toEqual([]);
      expect([...reactions]).toEqual(['issue 501 eyes', 'issue 501 confused']);
      expect(said).toMatch(/^There is no command “.+”\. Nothing was done\.\n\n\| command /);
      expect(said).not.toMatch(/<img|@o|__p/);
    },
  );
});

describe('review', () => {
  it('asks for another attempt at the head as it is now', async () => {
    const { requests, said } = await say('/aegis review');
    expect(requests).toEqual([
      { installationId: 1, owner: 'octo', repo: 'shop', number: 7, headSha: 'a'.repeat(40), baseSha: 'b'.repeat(40), attempt: 2 },
    ]);
    expect(said).toBe('Reviewing `aaaaaaa` again: the check run shows how far it is.');
  });

  it.each<{ name: string; parts: Parts; reply: string }>([
    { name: 'a closed pull request', parts: { pull: { state: 'closed' } }, reply: 'The pull request is closed. Nothing was done.' },
    { name: 'a pause', parts: { paused: 'lisa' }, reply: 'Reviews are paused by lisa, and `/aegis resume` goes on. Nothing was done.' },
  ])('is refused in $name', async ({ parts, reply }) => {
    const { said, requests, reactions } = await say('/aegis review', parts);
    expect([said, requests, [...reactions].at(-1)]).toEqual([reply, [], 'issue 501 confused']);
  });
});

describe('pause and resume', () => {
  it('pause ends what runs', async () => expect((await say('/aegis pause')).did).toEqual(['pause mona', 'pass']));

  it('resume asks for a review of the head', async () => {
    expect((await say('/aegis resume', { paused: 'lisa' })).did).toEqual(['pause null', 'requestScan a 2']);
  });

  it('resume without a pause changes nothing, and says what asks for a review', async () => {
    const { did, said } = await say('/aegis resume');
    expect(did).toEqual([]);
    expect(said).toContain('`/aegis review`');
  });
});

describe('dismiss', () => {
  it('records the dismissal with its code, who and why; a judgement; and a review that calls no model for it', async () => {
    const { dismissals, judged, did, said } = await say('/aegis dismiss k3v9qd the table is our own');
    const { fingerprint, cwe, path, evidence, models } = makeKnown();
    expect(dismissals()).toEqual([{ fingerprint, cwe, path, evidence, reason: 'the table is our own', actor: 'mona', scope: 'pull' }]);
    expect([...judged.values()]).toEqual([
      { fingerprint, kind: 'dismissed', reason: 'the table is our own', cwe, language: 'javascript', models },
    ]);
    expect(did).toEqual(['dismiss pull', 'requestScan a 2']);
    expect(said).toBe(
      'Dismissed `k3v9qd` (SQL injection, `src/app.js:42`) for this pull request: “the table is our own”. It stays so while its code is as it is. ' +
        'Check run, summary and thread follow; no model is asked about code that is as it was. `/aegis reopen k3v9qd` takes it back.',
    );
  });

  it.each([
    { name: 'its beginning', line: 'k3v9q a test' },
    { name: 'capital letters', line: 'K3V9QD a test' },
    { name: 'code marks', line: '`k3v9qd` a test' },
    { name: 'its fingerprint', line: `${makeKnown().fingerprint} a test` },
  ])('finds a finding by $name', async ({ line }) => {
    expect((await say(`/aegis dismiss ${line}`, { known: [makeKnown(), other] })).dismissals()).toMatchObject([
      { fingerprint: makeKnown().fingerprint, reason: 'a test' },
    ]);
  });

  it.each([
    { line: 'k3v9qd --repo we escape it', reason: 'we escape it', scope: 'repository' },
    { line: 'k3v9qd --REPO we escape it', reason: 'we escape it', scope: 'repository' },
    { line: 'k3v9qd we escape it --repo', reason: 'we escape it --repo', scope: 'pull' },
    { line: 'k3v9qd --repository wide', reason: '--repository wide', scope: 'pull' },
  ])('$line holds for the $scope', async ({ line, reason, scope }) => {
    expect((await say(`/aegis dismiss ${line}`)).dismissals()).toMatchObject([{ reason, scope }]);
  });

  it.each([
    { words: 'k3v9qd', line: '/aegis dismiss k3v9qd your reason' },
    { words: 'k3v9qd reason', line: '/aegis dismiss k3v9qd your reason' },
    { words: 'k3v9qd [--repo] reason', line: '/aegis dismiss k3v9qd your reason' },
    { words: 'k3v9qd ...', line: '/aegis dismiss k3v9qd your reason' },
    { words: 'k3v9qd --repo', line: '/aegis dismiss k3v9qd --repo your reason' },
    { words: 'k3v9qd\nthe reason on another line', line: '/aegis dismiss k3v9qd your reason' },
  ])('without a reason ($words) is refused with the line to write', async ({ words, line }) => {
    const { said, did } = await say(`/aegis dismiss ${words}`);
    expect(did).toEqual([]);
    expect(said.endsWith(`Write: \`${line}\``)).toBe(true);
  });

  it.each([
    { name: 'a wrong name', words: 'k3v9qf a test', says: /No finding .* “k3v9qf”.*`\/aegis dismiss k3v9qd your reason`.*- `k3v9qd`/s },
    { name: 'too short a name', words: 'k3v a test', says: /No finding .* “k3v”/ },
    { name: 'the beginning of two', words: 'k3v9 a test', says: /beginning of several names.*- `k3v9qd`.*- `k3v9zz`/s },
    { name: 'no name', words: '', says: /^Which finding\?.*- `k3v9qd`/s },
  ])('of $name changes nothing and lists what may be meant', async ({ words, says }) => {
    const { said, did, reactions } = await say(`/aegis dismiss ${words}`, { known: [makeKnown(), other] });
    expect([did, [...reactions].at(-1)]).toEqual([[], 'issue 501 confused']);
    expect(said).toMatch(says);
  });

  it('of a name that an earlier finding had means the one that is there', async () => {
    const known = [{ ...other, id: 'k3v9qd', state: 'fixed' } as const, makeKnown()];
    expect((await say('/aegis dismiss k3v9qd a test', { known })).dismissals()).toMatchObject([{ path: 'src/app.js' }]);
  });

  it('where nothing was found says so', async () => {
    expect((await say('/aegis dismiss k3v9qd a test', { known: [] })).said).toBe(
      'No finding of this pull request is called “k3v9qd”. Nothing was changed.',
    );
  });

  it('is kept, and says that nothing follows, on a closed pull request and in a pause', async () => {
    const closed = await say('/aegis dismiss k3v9qd a test', { pull: { state: 'closed' } });
    expect([closed.did, closed.said]).toEqual([['dismiss pull'], expect.stringContaining('stay as they are: the pull request is closed.')]);
    const paused = await say('/aegis dismiss k3v9qd a test', { paused: '@evil' });
    expect([paused.did, paused.said]).toEqual([
      ['dismiss pull'],
      expect.stringContaining('stay as they are: reviews are paused by @&#8203;evil, '),
    ]);
  });

  it('keeps a reason of a sane length', async () => {
    const [kept] = (await say(`/aegis dismiss k3v9qd ${'x'.repeat(60_000)}`)).dismissals();
    expect(kept?.reason).toHaveLength(2_000);
  });
});

describe('in the thread of a finding', () => {
  const known = [other, makeKnown()];

  it.each([
    { words: 'it is escaped below', reason: 'it is escaped below', of: makeKnown() },
    { words: '--repo it is escaped below', reason: 'it is escaped below', of: makeKnown() },
    { words: 'k3v9qd it is escaped', reason: 'it is escaped', of: makeKnown() },
    { words: 'k3v9zz a fixture', reason: 'a fixture', of: other },
    { words: '2026 fixtures', reason: '2026 fixtures', of: makeKnown() },
    { words: 'safe: a constant', reason: 'safe: a constant', of: makeKnown() },
  ])('dismiss $words is about $of.id', async ({ words, reason, of }) => {
    const { dismissals } = await say(`/aegis dismiss ${words}`, { ...thread, known }, inThread);
    expect(dismissals()).toMatchObject([{ reason, fingerprint: of.fingerprint }]);
  });

  it('a mistyped name is no reason', async () => {
    const { did, said } = await say('/aegis dismiss k3v9qf a fixture', { ...thread, known }, inThread);
    expect([did, said]).toEqual([[], expect.stringContaining('No finding of this pull request is called “k3v9qf”')]);
  });

  it('reopen and explain need no name', async () => {
    const dismissed = [{ ...makeKnown(), reason: 'x', actor: 'mona', scope: 'repository' } as const];
    expect((await say('/aegis reopen', { ...thread, known, dismissed }, inThread)).did).toEqual(['reinstate by mona', 'requestScan a 2']);
    expect((await say('/aegis explain', { ...thread, known }, inThread)).said).toContain('`k3v9qd` (SQL injection');
  });

  it('of somebody else a name is needed', async () => {
    const { did, said } = await say('/aegis dismiss a fixture', { threads: [], known }, inThread);
    expect([did, said]).toEqual([[], expect.stringContaining('No finding')]);
  });
});

describe('reopen', () => {
  const dismissed = [{ ...makeKnown(), reason: 'x', actor: 'mona', scope: 'repository' } as const];

  it('takes the dismissal and its judgement back and asks for a review', async () => {
    const job = taskJob({ task: command('/aegis reopen k3v9qd'), dismissed });
    await job.ctx.judgements.record(job.requests[0] ?? { installationId: 1, owner: 'octo', repo: 'shop' }, {
      ...{ fingerprint: makeKnown().fingerprint, kind: 'dismissed', reason: 'x', cwe: null, language: null, models: [] },
    });
    await runTask('task-1', job.ctx);
    expect([job.dismissals(), job.judged.size, job.requests.length]).toEqual([[], 0, 1]);
    expect([...job.replies.values()][0]?.body).toMatch(/^`k3v9qd` \(.*\) is open again\. /);
  });

  it('of what nobody dismissed changes nothing', async () => {
    const { said, requests } = await say('/aegis reopen k3v9qd');
    expect([requests, said]).toEqual([[], 'Nobody dismissed `k3v9qd` (SQL injection, `src/app.js:42`) by a command. Nothing was changed.']);
  });
});

describe('explain', () => {
  const explained = makeResult({ findings: [makeFinding({ explanation: 'The name ends the string.' })] });
  const line = '/aegis explain k3v9qd';

  it('shows what is kept, and asks no model', async () => {
    const { said } = await say(line, { last: explained, explain: () => Promise.reject(new Error('asked')) });
    expect(said).toContain('The name ends the string.');
    expect(said).toContain('**Fix:**');
    expect(said).toMatch(/^`k3v9qd` \(SQL injection, `src\/app.js:42`\) · critical · \[CWE-89\]\(/);
  });

  it('asks the explain model where nothing is kept', async () => {
    const { said } = await say(line, {
      explain: async ({ headSha }, { id }) => ({ explanation: `${id} at ${headSha.slice(0, 3)}`, fix: 'Bind it.' }),
    });
    expect(said).toContain('k3v9qd at aaa');
    expect(said).toContain('Bind it.');
  });

  it.each<{ name: string; explain: NonNullable<Parts['explain']> | null }>([
    { name: 'is not there', explain: null },
    { name: 'says nothing', explain: async () => null },
    { name: 'fails', explain: () => Promise.reject(new Error('timed out')) },
  ])('says what the models said where the explain model $name', async ({ explain }) => {
    const { said, logged } = await say(line, { explain });
    expect(said).toContain('In the models’ own words:');
    expect(said).toContain('**qwen2.5-coder:14b:** name is attacker controlled');
    expect(logged.filter((entry) => entry.startsWith('warn'))).toHaveLength(logged.length - 1);
  });

  it.each([
    { state: 'fixed', why: 'it was gone' },
    { state: 'dismissed', why: 'it was dismissed' },
    { state: 'open', why: 'its place was not reviewed again' },
  ] as const)('of a finding that is $state and not in the last review says so', async ({ state, why }) => {
    const { said } = await say(line, { known: [makeKnown({ state })], last: makeResult() });
    expect(said).toBe(`The last review does not report \`k3v9qd\` (SQL injection, \`src/app.js:42\`): ${why}.`);
  });
});
