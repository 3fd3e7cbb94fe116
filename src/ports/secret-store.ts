/** What is known of a stored secret. Its value never leaves the store but towards a call. */
export interface SecretInfo {
  readonly name: string;
  /** `host` or `host:port` to which it may be sent. Empty: nowhere. */
  readonly hosts: readonly string[];
  /** `owner/name` or `owner/*` for whose reviews it may be used; empty: for those of the server's own registry only. */
  readonly repositories: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Keys of model servers, encrypted at rest under `AEGIS_SECRET_KEY`. */
export interface SecretStore {
  /** Stores or replaces. */
  put(secret: Omit<SecretInfo, 'createdAt'> & { readonly value: string }): Promise<void>;
  list(): Promise<readonly SecretInfo[]>;
  /** Answers whether there was one. */
  remove(name: string): Promise<boolean>;
  /** The value with what it is bound to; null where there is none. Throws `InputError` where it cannot be decrypted. */
  open(name: string): Promise<(SecretInfo & { readonly value: string }) | null>;
}
