/**
 * A server's refusal, as it came. Its words (`said`) may repeat the prompt or a key: they are matched, and quoted only
 * through `quoteServer`. It stays within a provider, which turns it into a `ProviderError`.
 */
export class StatusFault extends Error {
  readonly status: number;
  readonly said: string;
  /** The parameter that the server names, dotted, or ''. */
  readonly param: string;
  /** The server's own code or type of fault, lower case, or ''. */
  readonly kind: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, body: string, headers: Headers) {
    super(`HTTP ${status}`);
    this.status = status;
    const { said, param, kind, waitMs } = readBody(body);
    this.retryAfterMs = readRetryAfter(headers) ?? waitMs;
    this.said = said;
    this.param = param;
    this.kind = kind;
  }
}

/** More than this of a refusal is not looked at. */
const LONGEST = 4_000;

/**
 * Finds the words of a refusal in the shapes that servers use: `{ error: { message, param, code, type } }` (OpenAI),
 * `{ error: "…", error_type }` (Ollama, Hugging Face), `[{ error }]` (Google), `{ detail: [{ loc, msg, type }] }`
 * (FastAPI: vLLM, Mistral), `{ title, detail }` (Replicate), `{ message }`, and plain text.
 */
function readBody(body: string): { said: string; param: string; kind: string; waitMs: number | null } {
  const parsed = parse(body);
  const outer = record(Array.isArray(parsed) ? parsed[0] : parsed);
  const detail = record(Array.isArray(outer['detail']) ? outer['detail'][0] : undefined);
  const error = typeof outer['error'] === 'string' ? nested(outer['error']) : record(outer['error'] ?? outer);
  const path = Array.isArray(detail['loc']) ? detail['loc'].filter((step) => step !== 'body').join('.') : '';
  const said = [error['message'], detail['msg'], outer['detail'], path].filter(isWord).join(' ');
  const details = (Array.isArray(error['details']) ? error['details'] : [error['details']]).map(record);
  const reasons = details.flatMap((entry) => [entry['reason'], entry['error_code']]);
  const kind = [error['code'], error['type'], error['status'], detail['type'], outer['title'], outer['error_type'], ...reasons]
    .filter(isWord)
    .join(' ');
  return {
    said: (said === '' ? body : said).slice(0, LONGEST),
    param: typeof error['param'] === 'string' ? error['param'] : path,
    kind: kind.toLowerCase().slice(0, 200),
    waitMs: readWait([outer['retry_after'], outer['estimated_time'], ...details.map((entry) => entry['retryDelay'])]),
  };
}

/**
 * How long a body asks to wait: Google's `RetryInfo` says `"22s"`
 * (https://cloud.google.com/apis/design/errors#retry_info), Replicate's `retry_after` and Hugging Face's
 * `estimated_time` of a model that loads are seconds.
 */
function readWait(values: readonly unknown[]): number | null {
  for (const value of values) {
    const seconds =
      typeof value === 'number' ? value : typeof value === 'string' ? Number(/^(\d+(?:\.\d+)?)s?$/.exec(value)?.[1]) : Number.NaN;
    if (seconds >= 0 && seconds < Number.MAX_SAFE_INTEGER) return Math.ceil(seconds * 1000);
  }
  return null;
}

/** Ollama passes its engine's JSON on as a string within its own. */
function nested(text: string): Record<string, unknown> {
  const inner = record(record(parse(text))['error']);
  return typeof inner['message'] === 'string' ? inner : { message: text };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * `Retry-After` in seconds or as a date, https://www.rfc-editor.org/rfc/rfc9110#name-retry-after, and OpenAI's
 * `retry-after-ms`. A date is read against the server's own clock where it sends one.
 */
function readRetryAfter(headers: Headers): number | null {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return null;
  const now = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
}
