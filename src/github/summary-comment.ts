import { z } from 'zod';
import type { InlineComment, PullRequest } from '#model/publication.ts';
import { callGitHub, listAll } from './client.ts';
import { cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { SUMMARY_MARKER, withMarker, withoutFingerprint } from './markers.ts';
import { postOnce } from './outbox.ts';
import { conversationSchema } from './own-posts.ts';
import type { PostContext } from './post-comment.ts';

/** GitHub takes 65,536 characters. The rest is for what is added here. */
const MAX_BODY = 60_000;

/** For the sentence that says how many there was no room for, and the marker. */
const ROOM_FOR_REST = 200;

/**
 * Posts the one summary comment of a pull request, or edits the one that is there: the one on record, else the one that
 * carries our marker. Throws `HostError`.
 */
export async function postSummary(ctx: PostContext, pull: PullRequest, markdown: string): Promise<void> {
  const { client, log, own, scanId } = ctx;
  if ((await log.find(scanId, 'summary')) !== null) return;
  const { owner, repo, number } = pull;
  const onPull = { owner, repo, issue_number: number };
  const body = withMarker(cutCharacters(markdown, MAX_BODY), SUMMARY_MARKER);
  const find = async () =>
    own.summaryIn(await listAll(client, 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', onPull, conversationSchema));
  /** False where it was deleted. */
  const edit = async (id: number) => {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
    return await callGitHub(client, route, { owner, repo, comment_id: id, body }, z.unknown()).then(
      () => true,
      (error: unknown) => {
        if (isFault(error, 'not-found')) return false;
        throw error;
      },
    );
  };
  if (own.summaryId !== null && (await edit(own.summaryId))) return await log.record(scanId, 'summary', String(own.summaryId));
  const there = await find();
  if (there !== null && (there.body === body || (await edit(there.id)))) return await log.record(scanId, 'summary', String(there.id));
  await postOnce(ctx, 'summary', {
    look: async () => (await find())?.id.toString() ?? null,
    async post() {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const { id } = await callGitHub(client, route, { ...onPull, body }, z.object({ id: z.number() }));
      return String(id);
    },
  });
}

/** The summary with the comments that found no place at the code: in full where there is room, else by name. */
export function addHomeless(summary: string, homeless: readonly InlineComment[]): string {
  if (homeless.length === 0) return summary;
  let text = `${summary.replace(SUMMARY_MARKER, '').trimEnd()}\n\n#### Comments that GitHub takes on no line of this change\n`;
  let unnamed = 0;
  for (const comment of homeless) {
    const name = `<code>${escapeHtml(comment.path)}:${comment.startLine}</code>`;
    const folded = `\n<details><summary>${name}</summary>\n\n${withoutFingerprint(comment.body)}\n\n</details>\n`;
    const line = `\n${name}\n`;
    const shown = [folded, line].find((form) => text.length + form.length <= MAX_BODY - ROOM_FOR_REST);
    text += shown ?? '';
    if (shown === undefined) unnamed += 1;
  }
  if (unnamed > 0) text += `\nThere are ${unnamed} more, which stand among the annotations of the check only.\n`;
  return withMarker(text, SUMMARY_MARKER);
}

/** A path comes from a stranger: everything but the plainest characters becomes an entity. */
function escapeHtml(text: string): string {
  return text.replace(/[^\w./ -]/gu, (character) => `&#${character.codePointAt(0)};`);
}
