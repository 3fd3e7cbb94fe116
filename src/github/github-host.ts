import type { CodeHost, PublicationLog } from '#ports/code-host.ts';
import { createBlobSource } from './blob-source.ts';
import { readChange } from './change.ts';
import { openCheckRun } from './check-run.ts';
import { type GitHubClient, toHostError } from './client.ts';
import { createIdentity, type Identity } from './identity.ts';
import { listHeadFiles } from './list-head-files.ts';
import { readCanWrite } from './permission.ts';
import { publish } from './publish.ts';
import { readPullRequest } from './pull-request.ts';
import { reactTo } from './react.ts';
import { createReader, READER_MAX_BYTES } from './reader.ts';
import { replyTo } from './reply.ts';
import { followUpload, type Waiting } from './sarif-upload.ts';
import { readTextAtBase } from './text-at-base.ts';
import { readTextOfOwner } from './text-of-owner.ts';

export interface GitHubHostOptions {
  readonly appId: number;
  /** A client for one installation, asked anew for each step: installation tokens live one hour, a scan may not. */
  readonly clientFor: (installationId: number) => Promise<GitHubClient>;
  /** A client with the App's own credentials. */
  readonly appClient: () => Promise<GitHubClient>;
  /** Who writes, where that is the account of a token and not the App. */
  readonly identity?: () => Promise<Identity>;
  readonly log: PublicationLog;
  readonly wait: Waiting['wait'];
}

/** GitHub as a code host, for an App. */
export function createGitHubHost({ appId, clientFor, appClient, log, wait, identity: given }: GitHubHostOptions): CodeHost {
  const identity = given ?? createIdentity(appId, appClient);
  const clientOf = ({ installationId }: { readonly installationId: number }) =>
    clientFor(installationId).catch((error: unknown) => {
      throw toHostError('the installation', error);
    });
  return {
    async pullRequest(ref) {
      const { pull } = await readPullRequest(await clientOf(ref), ref);
      return pull;
    },
    async change(pull) {
      return readChange(await clientOf(pull), pull);
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
      await openCheckRun({ client: await clientOf(pull), log, appId }, pull, check);
    },
    async publish(pull, publication, change) {
      const client = await clientOf(pull);
      return publish({ client, log, identity: await identity() }, pull, publication, change);
    },
    async followUpload(pull, uploadId, signal) {
      return followUpload(await clientOf(pull), pull, uploadId, { wait, signal });
    },
  };
}
