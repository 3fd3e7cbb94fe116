/** GitHub takes 65,536 characters in a comment and 65,535 in a check's summary; the rest is for what others add. */
export const MAX_BODY = 60_000;

const NOTICE = '\n\n*Cut here: the text was longer than GitHub takes.*';

/**
 * Joins a body and its tail (the hidden marker, which must come last). A body that is too long is cut at a line's
 * end where there is one, never inside a code point; an open fence and open `<details>` are closed.
 */
export function cutBody(body: string, tail = '', limit = MAX_BODY): string {
  if (body.length + tail.length <= limit) return body + tail;
  const room = limit - tail.length - NOTICE.length;
  let head = body.slice(0, room - CLOSERS_ROOM).replace(/[\ud800-\udbff]$/, '');
  const lineEnd = head.lastIndexOf('\n');
  if (lineEnd > head.length / 2) head = head.slice(0, lineEnd);
  return `${head}${closersOf(head)}${NOTICE}${tail}`;
}

const CLOSERS_ROOM = 200;

function closersOf(text: string): string {
  let fence: string | null = null;
  let details = 0;
  for (const line of text.split('\n')) {
    const [, run] = /^(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === null && run !== undefined) fence = run;
    else if (fence !== null && line.trimEnd() === fence) fence = null;
    else if (fence === null) details += (line.match(/<details>/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
  }
  return (fence === null ? '' : `\n${fence}`) + '\n</details>'.repeat(Math.max(0, details));
}
