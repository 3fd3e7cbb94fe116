import { readLines } from '../_kit/stream-lines.ts';

/** An event of a prediction's stream: https://replicate.com/docs/topics/predictions/streaming */
export interface StreamEvent {
  /** `output`, `error`, `done`, `logs`. */
  readonly event: string;
  readonly data: string;
}

/** The events of a streamed body with their names. */
export async function* readStreamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  let event = '';
  let data: string[] = [];
  for await (const line of readLines(body)) {
    if (line === '') {
      if (event !== '') yield { event, data: data.join('\n') };
      event = '';
      data = [];
    }
    const [, field, value] = /^(event|data):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
  if (event !== '') yield { event, data: data.join('\n') };
}
