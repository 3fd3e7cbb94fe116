import type { TaskContext } from '#jobs/tasks/context.ts';
import type { Dismissal, KnownFinding } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { CommentRef, Task } from '#model/task.ts';
import type { FindingThread, PullRequestRef } from '#ports/code-host.ts';
import type { Judgement } from '#ports/judgements.ts';
import type { ScanRequest } from '#ports/store.ts';
import { makeFinding, makeResult } from '../fixtures/scan-results.ts';
import { HEAD, makePull } from './review-job.ts';

type Known = KnownFinding & { readonly models: readonly string[] };

export const REF: PullRequestRef = { installationId: 1, owner: 'octo', repo: 'shop', number: 7 };

export function makeKnown(over: Partial<Known> = {}): Known {
  const { id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, models } = makeFinding();
  return {
    ...{ id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, state: 'open' },
    models: models.map((model) => model.id),
    ...over,
  };
}

export function makeThread(over: Partial<FindingThread> = {}): FindingThread {
  const { fingerprint, path, startLine } = makeFinding();
  return {
    ...{
      fingerprint,
      commentId: 601,
      body: '',
      path,
      code: '',
      line: startLine,
      closed: false,
      resolved: null,
      hasReplies: false,
      reactions: [],
    },
    ...over,
  };
}

/** A comment of `mona`, who may write: in the conversation, or as an answer to `inReplyTo`. */
export function command(body: string, over: Partial<Extract<Task, { kind: 'command' }>> = {}): Extract<Task, { kind: 'command' }> {
  const comment: CommentRef = { kind: over.inReplyTo ? 'review' : 'issue', id: 501 };
  return { kind: 'command', comment, inReplyTo: null, actor: { login: 'mona', isBot: false }, body, ...over };
}

/** One queued task, a store and a code host in memory, and everything that was done to them, in order. */
export function taskJob(
  parts: {
    task?: Task;
    tries?: number;
    known?: readonly Known[];
    threads?: readonly FindingThread[];
    dismissed?: readonly Dismissal[];
    paused?: string;
    last?: ScanResult;
    pull?: Parameters<typeof makePull>[0];
    writers?: readonly string[];
    signal?: AbortSignal;
    explain?: TaskContext['explain'];
    host?: Partial<TaskContext['host']>;
    store?: Partial<TaskContext['store']>;
  } = {},
) {
  const { task = command('/aegis help'), known = [makeKnown()], threads = [], writers = ['mona'] } = parts;
  const done: string[] = [];
  const logged: string[] = [];
  const requests: ScanRequest[] = [];
  const judged = new Map<string, Judgement>();
  const replies = new Map<string, { readonly comment: CommentRef; readonly body: string }>();
  const reactions = new Set<string>();
  let dismissals = [...(parts.dismissed ?? [])];
  const state = { tries: (parts.tries ?? 1) - 1, open: true, paused: parts.paused ?? null };

  const ctx: TaskContext = {
    store: {
      claimTask: async (taskId) => {
        if (!state.open) return null;
        state.tries += 1;
        return { taskId, ref: REF, task, tries: state.tries };
      },
      renewTask: async () => void done.push('renew'),
      finishTask: async (_id, _worker, { status, reason }) => {
        done.push(`finish ${status}: ${reason}`);
        state.open = false;
      },
      releaseTask: async () => void done.push('release'),
      requestScan: async (request) => {
        done.push(`requestScan ${request.headSha.slice(0, 1)} ${request.attempt}`);
        requests.push(request);
        return 'scan-2';
      },
      lastAttempt: async () => requests.at(-1)?.attempt ?? 1,
      pass: async () => void done.push('pass'),
      known: async () => known,
      lastResult: async () => ({
        ...{ scanId: 'scan-1', headSha: HEAD, baseSha: 'b'.repeat(40) },
        result: parts.last ?? makeResult({ findings: [makeFinding()] }),
      }),
      dismissals: async () => dismissals,
      dismiss: async (_, dismissal) => {
        done.push(`dismiss ${dismissal.scope}`);
        dismissals = [...dismissals.filter(({ fingerprint }) => fingerprint !== dismissal.fingerprint), dismissal];
      },
      reinstate: async (_, fingerprint, actor) => {
        const before = dismissals.length;
        dismissals = dismissals.filter((one) => one.fingerprint !== fingerprint);
        done.push(`reinstate by ${actor}`);
        return dismissals.length < before;
      },
      pausedBy: async () => state.paused,
      setPaused: async (_, actor) => {
        done.push(`pause ${actor}`);
        state.paused = actor;
      },
      ...parts.store,
    },
    host: {
      pullRequest: async () => makePull(parts.pull),
      canWrite: async (_, login) => writers.includes(login),
      react: async (_, { kind, id }, reaction) => {
        done.push(`react ${reaction}`);
        reactions.add(`${kind} ${id} ${reaction}`);
      },
      reply: async (_, comment, { key, body }) => {
        done.push(`reply ${key}`);
        if (!replies.has(key)) replies.set(key, { comment, body });
      },
      threads: async () => threads,
      ...parts.host,
    },
    judgements: {
      record: async (_, judgement) => void judged.set(judgement.fingerprint, judgement),
      takeBack: async (_, fingerprint) => judged.delete(fingerprint),
    },
    explain: parts.explain ?? null,
    worker: 'w',
    signal: parts.signal ?? new AbortController().signal,
    log: (level, message) => void logged.push(`${level} ${message}`),
  };
  return { ctx, done, logged, requests, judged, replies, reactions, dismissals: () => dismissals };
}
