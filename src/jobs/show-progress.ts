import type { PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { EventSink } from '#ports/events.ts';
import { describeProgress } from '#report/describe-progress.ts';

/** A title is a write on the host, and nobody watches a check for seconds: short reviews show none. */
const EVERY_MS = 10_000;

export interface ShownProgress {
  readonly emit: EventSink;
  /** Ends it; what is being shown is waited for, so that it cannot come after the conclusion. */
  stop(): Promise<void>;
}

/** Shows in the open check's title how far a scan is. */
export function showProgress(
  host: Pick<CodeHost, 'showProgress'>,
  pull: PullRequest,
  check: { readonly name: string; readonly scanId: string },
  everyMs = EVERY_MS,
): ShownProgress {
  let title = '';
  let shown = '';
  let showing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (title === shown) return;
    shown = title;
    showing = showing.then(() => host.showProgress(pull, { ...check, title: shown }));
  }, everyMs);
  timer.unref();
  return {
    emit(event) {
      if (event.type === 'chunk_completed') title = describeProgress(event);
    },
    async stop() {
      clearInterval(timer);
      await showing;
    },
  };
}
