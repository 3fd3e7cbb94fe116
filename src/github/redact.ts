/**
 * What a credential of GitHub may look like: prefixed tokens of any length (installation tokens may carry dots and
 * dashes since 2026), JSON web tokens, and whatever follows an authorization scheme.
 */
const CREDENTIALS = [
  /\b(?:gh[a-z]_|github_pat_)[\w.-]+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=\b(?:bearer|token|basic)\s+)[\w.~+/=-]{16,}/gi,
  /(?<=:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/g,
];

/** Takes everything that looks like a credential out of a text that may be shown or logged. */
export function redact(text: string): string {
  return CREDENTIALS.reduce((clean, pattern) => clean.replace(pattern, '[redacted]'), text);
}
