import { z } from 'zod';
import type { InlineComment, PullRequest } from '#model/publication.ts';
import { callGitHub, listAll } from './client.ts';
import { cutCharacters } from './cut.ts';
import { SUMMARY_MARKER, withMarker, withoutFingerprint } from './markers.ts';
import { conversationSchema } from './own-posts.ts';
import type { PostContext } from './post-comment.ts';

/** GitHub takes 65,536 characters. The rest is for what is added here. */
const MAX_BODY = 60_000;

/** Posts the one summary comment of a pull request, or edits the one that is there. Throws `HostError`. */
export async function postSummary(ctx: PostContext, pull: PullRequest, markdown: string): Promise<void> {
  const { scanId } = ctx;
  if ((await ctx.log.find(scanId, 'summary')) !== null) return;
  const { owner, repo, number } = pull;
  const body = withMarker(cutCharacters(markdown, MAX_BODY), SUMMARY_MARKER);
  const onPull = { owner, repo, issue_number: number };
  const comments = await listAll(ctx.client, 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', onPull, conversationSchema);
  const there = ctx.own.summaryIn(comments);
  if (there === null) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const { id } = await callGitHub(ctx.client, route, { ...onPull, body }, z.object({ id: z.number() }));
    await ctx.log.record(scanId, 'summary', String(id));
    return;
  }
  if (there.body !== body) {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
    await callGitHub(ctx.client, route, { owner, repo, comment_id: there.id, body }, z.unknown());
  }
  await ctx.log.record(scanId, 'summary', String(there.id));
}

/** The summary with the comments that found no place at the code: in full where there is room, else by name. */
export function addHomeless(summary: string, homeless: readonly InlineComment[]): string {
  if (homeless.length === 0) return summary;
  let text = `${summary.replace(SUMMARY_MARKER, '').trimEnd()}\n\n#### Comments that GitHub takes on no line of this change\n`;
  for (const comment of homeless) {
    const name = `<code>${escapeHtml(comment.path)}:${comment.startLine}</code>`;
    const folded = `\n<details><summary>${name}</summary>\n\n${withoutFingerprint(comment.body)}\n\n</details>\n`;
    text += text.length + folded.length <= MAX_BODY ? folded : `\n${name}\n`;
  }
  return withMarker(text, SUMMARY_MARKER);
}

/** A path comes from a stranger: everything but the plainest characters becomes an entity. */
function escapeHtml(text: string): string {
  return text.replace(/[^\w./ -]/gu, (character) => `&#${character.codePointAt(0)};`);
}
