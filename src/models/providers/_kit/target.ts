/** The far side of a call, as faults speak of it. Holds the key: never put a target into a message or a log. */
export interface Target {
  /** The model as people know it. */
  readonly model: string;
  /** Where it is called, without credentials: `https://api.openai.com/v1`. */
  readonly url: string;
  /** The whole `Authorization` header, or null to send none, whatever the vendor's package found in the environment. */
  readonly authorization: string | null;
  /**
   * Further headers, as they are sent: keys of vendors that take another header than `Authorization`, versions, and
   * what a gateway wants. None of their values is ever shown.
   */
  readonly headers?: Readonly<Record<string, string>>;
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

/** What must not be quoted back: the values of every header that came from us. */
export function secretsOf({ authorization, headers = {} }: Target): readonly string[] {
  return [...(authorization === null ? [] : [authorization]), ...Object.values(headers)];
}
