import type { CodeHost, PublicationLog } from '#ports/code-host.ts';
import type { WritePace } from '#ports/write-pace.ts';
import { createBlobSource } from './blob-source.ts';
import { readChange } from './change.ts';
import { openCheckRun, showCheckProgress } from './check-run.ts';
import { type GitHubClient, toHostError } from './client.ts';
import { createIdentity, type Identity } from './identity.ts';
import { listHeadFiles } from './list-head-files.ts';
import { readGroupChange, readMergeGroup } from './merge-group.ts';
import { isByUs } from './own-posts.ts';
import { createPatientClient } from './patient-client.ts';
import { readCanWrite } from './permission.ts';
import { publish } from './publish.ts';
import { readPullRequest } from './pull-request.ts';
import { reactTo } from './react.ts';
import { createReader, READER_MAX_BYTES } from './reader.ts';
import { replyTo } from './reply.ts';
import { POINTS_A_MINUTE } from './request-kind.ts';
import { followUpload } from './sarif-upload.ts';
import { createSlidingPace, type Wait } from './sliding-pace.ts';
import { readTextAtBase } from './text-at-base.ts';
import { readTextOfOwner } from './text-of-owner.ts';
import { readFindingThreads } from './threads.ts';

export interface GitHubHostOptions {
  readonly appId: number;
  /** A client for one installation, asked anew for each step: installation tokens live one hour, a scan may not. */
  readonly clientFor: (installationId: number) => Promise<GitHubClient>;
  /** A client with the App's own credentials. */
  readonly appClient: () => Promise<GitHubClient>;
  /** Who we are, where no App's credentials are there to tell. */
  readonly identity?: () => Promise<Identity>;
  readonly log: PublicationLog;
  /** Taken before each request that creates content. */
  readonly pace: WritePace;
  /** Most points a minute, see `kindOfRequest`; GitHub's own limit when left out. */
  readonly pointsAMinute?: number;
  readonly wait: Wait;
  /** Milliseconds. */
  readonly now: () => number;
  /** Ends all waiting; what was begun is thrown with its reason. */
  readonly signal: AbortSignal;
}

/** GitHub as a code host, for an App. */
export function createGitHubHost(options: GitHubHostOptions): CodeHost {
  const { appId, clientFor, appClient, log, pace, wait, now, signal } = options;
  const identity = options.identity ?? createIdentity(appId, appClient);
  const points = createSlidingPace([{ ms: 61_000, most: options.pointsAMinute ?? POINTS_A_MINUTE }], { now, wait });
  const connect = (installationId: number) =>
    clientFor(installationId).catch((error: unknown) => {
      throw toHostError('the installation', error);
    });
  const patience = { pace, points, wait, random: Math.random, signal };
  const clientOf = async ({ installationId }: { readonly installationId: number }) =>
    createPatientClient(installationId, () => connect(installationId), patience);
  return {
    async pullRequest(ref) {
      const { pull } = await readPullRequest(await clientOf(ref), ref);
      return pull;
    },
    async mergeGroup(group) {
      return readMergeGroup(await clientOf(group), group);
    },
    async change(pull) {
      const client = await clientOf(pull);
      return pull.number === 0 ? readGroupChange(client, pull) : readChange(client, pull);
    },
    reader(pull) {
      return createReader(
        async () => createBlobSource(await clientOf(pull), { owner: pull.owner, repo: pull.repo }, READER_MAX_BYTES),
        pull,
        async () => listHeadFiles(await clientOf(pull), { owner: pull.owner, repo: pull.repo }, pull.headSha, READER_MAX_BYTES),
      );
    },
    async textAtBase(pull, path) {
      return readTextAtBase(await clientOf(pull), pull, path);
    },
    async textOfOwner(ref, repo, path) {
      return readTextOfOwner(await clientOf(ref), ref, repo, path);
    },
    async canWrite(ref, login) {
      return readCanWrite(await clientOf(ref), ref, login);
    },
    async react(ref, comment, reaction) {
      await reactTo(await clientOf(ref), ref, comment, reaction);
    },
    async reply(ref, comment, answer) {
      await replyTo({ client: await clientOf(ref), identity: await identity() }, ref, comment, answer);
    },
    async openCheck(pull, check) {
      await openCheckRun({ client: await clientOf(pull), log, wait, signal, appId }, pull, check);
    },
    async showProgress(pull, progress) {
      // A courtesy does not wait for its turn.
      const client = await connect(pull.installationId).catch(() => null);
      if (client !== null) await showCheckProgress({ client, log }, pull, progress);
    },
    async publish(pull, publication, change) {
      const client = await clientOf(pull);
      return publish({ client, log, wait, signal, identity: await identity() }, pull, publication, change);
    },
    async followUpload(pull, uploadId, stop) {
      return followUpload(await clientOf(pull), pull, uploadId, { wait, signal: stop });
    },
    async threads(ref) {
      const us = await identity();
      return readFindingThreads(await clientOf(ref), ref, { isComment: (comment) => isByUs(us, comment) });
    },
  };
}
