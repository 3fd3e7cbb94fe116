import type { ChangeSet } from '#model/change-set.ts';
import { AegisError, InputError } from '#model/errors.ts';
import { type Memory, NO_MEMORY } from '#model/lifecycle.ts';
import type { PullRequest } from '#model/publication.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { ActionParts, ConfigHost } from './context.ts';
import type { ActionJob } from './job.ts';
import { recallThreads } from './recall-threads.ts';

/** What is reviewed, and where its findings are shown. */
export interface Subject {
  /** With the number 0 where there is no pull request. */
  readonly pull: PullRequest;
  /** Where the configuration is read. */
  readonly config: { readonly host: ConfigHost; readonly pull: PullRequest };
  open(): Promise<{ readonly change: ChangeSet; readonly reader: CodeReader; readonly memory: Memory }>;
  /** Beside the step itself. A merge group is uploaded when it is merged. */
  readonly shows: { readonly comments: boolean; readonly sarif: boolean };
}

type PullJob = Extract<ActionJob, { kind: 'pull-request' }>;
type RangeJob = Extract<ActionJob, { kind: 'merge-group' | 'push' }>;
type CheckoutJob = Extract<ActionJob, { kind: 'checkout' }>;

/** A pull request over the API: nothing of the change is checked out, and none of it is run. */
export function subjectOfPull(job: PullJob, pull: PullRequest, { host }: ActionParts): Subject {
  return {
    pull,
    config: { host, pull },
    async open() {
      const [change, threads] = await Promise.all([host.change(pull), host.threads(job.ref)]);
      return { change, reader: host.reader(pull), memory: recallThreads(threads) };
    },
    shows: { comments: true, sarif: true },
  };
}

/** What was pushed, or what a merge group merges, over the API. A group is judged by its base, a push by what it pushed. */
export async function subjectOfRange(job: RangeJob, { host }: ActionParts): Promise<Subject> {
  const group = { installationId: 0, owner: job.owner, repo: job.repo, headSha: job.head };
  const named = (pull: PullRequest) => ({ ...pull, headRef: branchOf(job.ref) });
  const pull = named(await host.mergeGroup({ ...group, baseSha: job.base }));
  const isPush = job.kind === 'push';
  return {
    pull,
    config: { host, pull: isPush ? { ...pull, baseSha: job.head } : pull },
    async open() {
      const change = await host.change(pull).catch(async (error: unknown) => {
        if (job.otherBase === null || !(error instanceof AegisError) || error.code !== NOT_FOUND) throw error;
        return await host.change(named(await host.mergeGroup({ ...group, baseSha: job.otherBase })));
      });
      return { change, reader: host.reader(pull), memory: { ...NO_MEMORY, ignores: isPush ? 'all' : 'base' } };
    },
    shows: { comments: false, sarif: isPush },
  };
}

/** What a forced push replaced may be gone from the server. */
const NOT_FOUND = 'AEGIS_HOST_NOT_FOUND';

/** The checkout of the job, as it lies there. */
export function subjectOfCheckout(job: CheckoutJob, { host, checkout }: ActionParts): Subject {
  const pull: PullRequest = {
    ...{ installationId: 0, owner: job.owner, repo: job.repo, number: 0, title: '', state: 'open', draft: false, merged: false },
    ...{ headSha: job.sha, headRef: branchOf(job.ref), baseSha: job.sha, baseRef: branchOf(job.ref), fork: false },
    ...{ authorLogin: '', authorIsBot: false, isPrivate: false, labels: [] },
  };
  const files: ConfigHost = { textAtBase: (_, path) => checkout.textOf(path), textOfOwner: host.textOfOwner };
  return {
    pull,
    config: { host: files, pull },
    open: async () => ({ ...(await checkout.read(job)), memory: NO_MEMORY }),
    // Lines of another commit than that of the event would be alerts at the wrong place.
    shows: { comments: false, sarif: job.head === null },
  };
}

/** A branch by its name, anything else by its whole ref. */
function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** The same, where a file was asked for by its name: one that is not there is a fault then. */
export function requireConfig(host: ConfigHost, named: string | null): ConfigHost {
  if (named === null) return host;
  return {
    ...host,
    async textAtBase(pull, path) {
      const text = await host.textAtBase(pull, path);
      if (text !== null || path !== named) return text;
      throw new InputError(`there is no configuration ${named}`, {
        hint: 'On a pull request the input config names a file of the base branch, elsewhere one of the repository.',
      });
    },
  };
}
