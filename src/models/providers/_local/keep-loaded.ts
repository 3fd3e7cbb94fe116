/** A heavy thing that is loaded by its first use, shared by all, and freed when nobody has used it for a while. */
export interface Kept<T> {
  /** Uses it, loading it first. Not freed before `work` has settled. */
  use<R>(work: (loaded: T) => Promise<R>): Promise<R>;
  /** What is loaded now. */
  readonly current: T | null;
  /** Frees it as soon as nobody uses it. It may be used again after that. */
  unload(): Promise<void>;
}

interface KeptParts<T> {
  load(): Promise<T>;
  free(loaded: T): Promise<void>;
  /** True once it cannot be used any more, by no doing of ours: the next use loads it anew. */
  isLost?(loaded: T): boolean;
  /** Milliseconds without use after which it is freed. */
  readonly idleMs: number;
}

/** A load that failed is tried anew by the next use. The clock of the idle time does not keep a process alive. */
export function keepLoaded<T>({ load, free, isLost, idleMs }: KeptParts<T>): Kept<T> {
  let loading: Promise<T> | null = null;
  let current: T | null = null;
  let freeing: Promise<void> = Promise.resolve();
  let users = 0;
  let idle: NodeJS.Timeout | undefined;
  let asked: (() => void)[] = [];

  function findCurrent(): T | null {
    if (current !== null && isLost?.(current) === true) {
      loading = null;
      current = null;
    }
    return current;
  }

  async function get(): Promise<T> {
    await freeing;
    findCurrent();
    loading ??= load().then(
      (loaded) => {
        current = loaded;
        return loaded;
      },
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return await loading;
  }

  function letGo(): Promise<void> {
    clearTimeout(idle);
    const loaded = current;
    loading = null;
    current = null;
    if (loaded !== null) freeing = freeing.then(() => free(loaded)).catch(() => undefined);
    return freeing;
  }

  function becomeIdle(): void {
    clearTimeout(idle);
    if (asked.length > 0) {
      const waiting = asked;
      asked = [];
      void letGo().then(() => {
        for (const told of waiting) told();
      });
    } else if (current !== null) {
      idle = setTimeout(() => void letGo(), idleMs);
      idle.unref();
    }
  }

  return {
    async use(work) {
      users += 1;
      clearTimeout(idle);
      try {
        return await work(await get());
      } finally {
        users -= 1;
        if (users === 0) becomeIdle();
      }
    },
    get current() {
      return findCurrent();
    },
    unload: () => (users === 0 ? letGo() : new Promise((told) => asked.push(told))),
  };
}
