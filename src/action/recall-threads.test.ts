import { describe, expect, it } from 'vitest';
import type { FindingThread } from '#ports/code-host.ts';
import { recallThreads } from './recall-threads.ts';

const BODY =
  '### 🟠 SQL injection · high\nwords\n\n[CWE-89](https://cwe.mitre.org/data/definitions/89.html) · x\n\nfinding `aj7avw` · commit `85d0164`';
const thread = (over: Partial<FindingThread> = {}): FindingThread => ({
  ...{ fingerprint: 'f1'.repeat(32), commentId: 1, body: BODY, path: 'src/a.js', code: 'db.query(x)', line: 3, closed: false },
  ...{ resolved: null, hasReplies: false, reactions: [] },
  ...over,
});
const known = (...threads: FindingThread[]) => recallThreads(threads).history?.known ?? [];

describe('recallThreads', () => {
  it('no thread is no history, and ignores of the change are not obeyed', () =>
    expect(recallThreads([])).toMatchObject({ history: null, ignores: 'base' }));

  it('a comment of ours tells what it was about', () =>
    expect(known(thread())).toMatchObject([
      { id: 'aj7avw', cwe: 'CWE-89', title: 'SQL injection', severity: 'high', startLine: 3, evidence: 'db.query(x)', state: 'open' },
    ]));

  it('a closed thread is of a finding that was fixed; of two the open one counts', () => {
    expect(known(thread({ closed: true }))).toMatchObject([{ state: 'fixed' }]);
    expect(known(thread({ closed: true }), thread())).toMatchObject([{ state: 'open' }]);
    expect(known(thread(), thread({ closed: true }))).toMatchObject([{ state: 'open' }]);
  });

  it('words that cannot be read are not made up', () =>
    expect(known(thread({ body: '### 🟠 \\<b\\> · high', line: null }))).toMatchObject([
      { title: 'a finding of an earlier review', cwe: null, severity: 'info', startLine: 1 },
    ]));
});
