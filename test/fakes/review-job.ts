import type { PreparedReview, ReviewJobContext } from '#jobs/context.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Publication, PullRequest } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { ClaimedScan, Store } from '#ports/store.ts';
import { makeChange, makePlan } from '../fixtures/panel.ts';
import { makeResult } from '../fixtures/scan-results.ts';
import { createMemoryLog } from './publication-log.ts';

export const HEAD = 'a'.repeat(40);
export const NEW_HEAD = 'c'.repeat(40);

export function makePull(over: Partial<PullRequest> = {}): PullRequest {
  return {
    ...{ installationId: 1, owner: 'octo', repo: 'shop', number: 7, title: 'A change', state: 'open', draft: false },
    ...{ headSha: HEAD, headRef: 'feature', baseSha: 'b'.repeat(40), baseRef: 'main' },
    ...{ fork: false, authorLogin: 'mona', authorIsBot: false, isPrivate: false, labels: [], merged: false },
    ...over,
  };
}

export function makePrepared(over: Partial<PreparedReview> = {}, settings: Partial<PreparedReview['settings']> = {}): PreparedReview {
  return {
    plan: makePlan([]),
    settings: {
      check: { enabled: true, name: 'Aegis', onIncomplete: 'fail' },
      sarif: { enabled: 'auto', category: 'aegis' },
      maxComments: 20,
      suggestions: true,
      summary: true,
      requestChanges: false,
      failRule: { severity: 'high', paths: [] },
      ...settings,
    },
    notes: [],
    skip: null,
    scan: async () => makeResult(),
    configNotes: async () => ({ notes: [], annotations: [] }),
    ...over,
  };
}

type Written = Pick<Store, 'saveResult' | 'finish' | 'release' | 'heartbeat' | 'pausedBy' | 'lastAttempt' | 'history' | 'dismissals'>;

const notAsked = () => Promise.reject(new Error('a review does not ask for this'));

/** One queued scan, a store and a code host in memory, and everything that was done to them, in order. */
export function reviewJob(
  parts: {
    claimed?: Partial<ClaimedScan>;
    prepare?: ReviewJobContext['prepare'];
    host?: Partial<CodeHost>;
    store?: Partial<Written>;
    signal?: AbortSignal;
  } = {},
) {
  const done: string[] = [];
  const published: Publication[] = [];
  const saved: ScanResult[] = [];
  const logged: string[] = [];
  const publications = createMemoryLog();
  const scan = { tries: 0, result: null as ScanResult | null, open: true };
  const change: ChangeSet = makeChange([{ path: 'src/app.js', start: 40, count: 10 }]);

  const store: Store = {
    begin: publications.begin,
    find: publications.find,
    record: publications.record,
    posts: publications.posts,
    claim: async (scanId) => {
      if (!scan.open) return null;
      scan.tries += 1;
      const request = { installationId: 1, owner: 'octo', repo: 'shop', number: 7, headSha: HEAD, baseSha: 'b'.repeat(40), attempt: 1 };
      return { ...request, scanId, tries: scan.tries, result: scan.result, ...parts.claimed };
    },
    heartbeat: async () => 'held',
    saveResult: async (_, result) => {
      done.push('saveResult');
      saved.push(result);
      scan.result = result;
    },
    finish: async (_id, _worker, status, reason) => {
      done.push(`finish ${status}: ${reason}`);
      scan.open = false;
    },
    release: async (_id, _worker, when) => void done.push(`release ${when}`),
    settle: async () => void done.push('settle'),
    history: async () => null,
    dismissals: async () => [],
    pausedBy: async () => null,
    lastAttempt: async () => 1,
    accept: notAsked,
    requestScan: notAsked,
    pass: notAsked,
    claimTask: notAsked,
    renewTask: notAsked,
    finishTask: notAsked,
    releaseTask: notAsked,
    known: notAsked,
    lastResult: notAsked,
    dismiss: notAsked,
    reinstate: notAsked,
    setPaused: notAsked,
    abandoned: async () => [],
    close: async () => {},
    ...parts.store,
  };
  const host: CodeHost = {
    pullRequest: async () => makePull(),
    mergeGroup: async ({ headSha, baseSha }) => makePull({ number: 0, title: '', headSha, baseSha }),
    textOfOwner: async () => null,
    showProgress: async (_, { title }) => void done.push(`progress ${title}`),
    canWrite: async () => false,
    react: async () => {},
    reply: async () => {},
    threads: async () => [],
    change: async () => change,
    reader: () => ({ read: async () => null, prefetch: async () => {} }),
    textAtBase: async () => null,
    openCheck: async ({ headSha }, { name, scanId }) => {
      done.push(`openCheck ${name} ${headSha.slice(0, 1)}`);
      await publications.record(scanId, 'check', '1');
    },
    publish: async ({ headSha }, publication) => {
      done.push(`publish ${publication.check?.conclusion ?? 'no check'} ${headSha.slice(0, 1)}`);
      published.push(publication);
      return { commentsPosted: 0, degraded: [], uploadId: null };
    },
    followUpload: async (_, uploadId) => {
      done.push(`follow ${uploadId}`);
      return null;
    },
    ...parts.host,
  };
  const ctx: ReviewJobContext = {
    store,
    host,
    worker: 'w',
    signal: parts.signal ?? new AbortController().signal,
    log: (level, message) => void logged.push(`${level} ${message}`),
    version: '0.0.0',
    webUrl: 'https://github.com',
    prepare: parts.prepare ?? (async () => makePrepared()),
    readFeedback: async () => {},
  };
  return { ctx, done, published, saved, logged, publications };
}
