/** An answer other than success. `limit`: the request broke a rule of GitHub's, which a well-behaved client never does. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[];
  readonly headers: Readonly<Record<string, string>>;
  readonly limit: boolean;

  constructor(
    status: number,
    message: string,
    options: { errors?: readonly unknown[]; headers?: Record<string, string>; limit?: boolean } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
    this.limit = options.limit ?? false;
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

/** 422: GitHub's word for content that it does not take. */
export const unprocessable = (message: string, errors: readonly unknown[] = []) => new Refusal(422, message, { errors, limit: true });
