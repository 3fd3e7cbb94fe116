/** The far side of a call, as faults speak of it. Holds the key: never put a target into a message or a log. */
export interface Target {
  /** The model as people know it. */
  readonly model: string;
  /** Where it is called, without credentials: `https://api.openai.com/v1`. */
  readonly url: string;
  /** The whole `Authorization` header, or null to send none, whatever the vendor's package found in the environment. */
  readonly authorization: string | null;
  /** Where the key came from, for people: `OPENAI_API_KEY`. Null without a key. */
  readonly keyName: string | null;
  readonly fetch: typeof globalThis.fetch;
  readonly advice: Advice;
}

/** What to do about the usual faults, one sentence each. */
interface Advice {
  readonly unreachable: string;
  readonly unknownModel: string;
  readonly tooLarge: string;
}
