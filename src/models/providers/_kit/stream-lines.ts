/** The lines of a streamed body, without their ends (LF or CRLF). The last needs none. Each byte is looked at once. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  for await (const bytes of body) {
    const [first = '', ...rest] = decoder.decode(bytes, { stream: true }).split('\n');
    begun.push(first);
    for (const next of rest) {
      yield withoutReturn(begun.join(''));
      begun = [next];
    }
  }
  const last = withoutReturn(begun.join('') + decoder.decode());
  if (last !== '') yield last;
}

/**
 * The data of each server-sent event; comments, ids and keep-alives are passed over:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation. The last event needs no
 * empty line, because servers forget it.
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of readLines(body)) {
    if (line === '' && data.length > 0) {
      yield data.join('\n');
      data = [];
    }
    const [, value] = /^data:? ?(.*)$/s.exec(line) ?? [];
    if (value !== undefined) data.push(value);
  }
  if (data.length > 0) yield data.join('\n');
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
