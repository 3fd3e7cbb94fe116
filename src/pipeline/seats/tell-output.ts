/** Between two events of one call: ten a second are as live as a reader can tell. */
const EVERY_MS = 100;
/** Characters of one event. */
const MOST_AT_ONCE = 4_096;
/** Characters that are told of one call. An answer in the asked form is far shorter; a server may send without end. */
const MOST_OF_A_CALL = 65_536;

export interface Output {
  hear(text: string): void;
  /** Tells what is left. */
  end(): void;
  /** Tells nothing more. */
  drop(): void;
}

/**
 * Gathers the parts of an answer as they arrive, a word at a time, into few larger ones: the first at once, then at
 * most ten a second. Together they are the text, up to a limit.
 */
export function tellOutput(tell: (text: string) => void): Output {
  let waiting = '';
  let room = MOST_OF_A_CALL;
  let timer: NodeJS.Timeout | null = null;
  let over = false;

  const tellNext = () => {
    const text = cutAt(waiting, MOST_AT_ONCE);
    waiting = waiting.slice(text.length);
    tell(text);
  };
  const beat = () => {
    timer = null;
    if (waiting === '') return;
    tellNext();
    timer = setTimeout(beat, EVERY_MS).unref();
  };
  const stop = () => {
    over = true;
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  return {
    hear(text) {
      if (over || room === 0) return;
      const taken = text.length <= room ? text : `${cutAt(text, room)}…`;
      room = Math.max(0, room - text.length);
      waiting += taken;
      if (timer === null) beat();
    },
    end() {
      stop();
      while (waiting !== '') tellNext();
    },
    drop() {
      stop();
      waiting = '';
    },
  };
}

/** The first characters, at most so many. A sign of two halves is not torn. */
function cutAt(text: string, most: number): string {
  if (text.length <= most) return text;
  const torn = /[\uD800-\uDBFF]/.test(text.charAt(most - 1));
  return text.slice(0, torn && most > 1 ? most - 1 : most);
}
