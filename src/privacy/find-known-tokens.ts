import { looksSecret } from './looks-secret.ts';

/** Longer texts are looked through in parts, so that timers and signals have their turn. */
const AT_ONCE = 200_000;

/**
 * Tokens that the rules of secretlint know, as they stand in the text: those of some thirty vendors, kept up to date by
 * others. Loaded when it is asked for the first time.
 */
export async function findKnownTokens(text: string): Promise<ReadonlySet<string>> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] };
  const found = new Set<string>();
  for (const content of inParts(text)) {
    const { messages } = await lintSource({
      source: { content, filePath: 'code.txt', ext: '.txt', contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    });
    for (const { range } of messages) for (const secret of secretsIn(wholeOf(content, range))) found.add(secret);
  }
  return found;
}

/** Parts that end at the end of a line, where they can. */
function* inParts(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = from + AT_ONCE >= text.length ? text.length : text.lastIndexOf('\n', from + AT_ONCE) + 1;
    const to = end > from ? end : from + AT_ONCE;
    yield text.slice(from, to);
    from = to;
  }
}

/** A rule counts from the name before the secret and marks as many signs as the secret has: what goes on is part of it. */
function wholeOf(text: string, [start, end]: readonly [number, number]): string {
  return text.slice(start, end) + (/^[A-Za-z0-9+/=_-]{0,500}/.exec(text.slice(end, end + 500))?.[0] ?? '');
}

/** Shorter parts of what a rule marks are words around the secret. */
const SHORTEST = 8;

/** A rule may mark more than the secret: the name that it is given to, a whole URL, a key of many lines. */
function secretsIn(marked: string): readonly string[] {
  const password = /:\/\/[^\s:@/]*:([^\s@]+)@/.exec(marked)?.[1];
  if (password !== undefined) return looksSecret(password, true) ? [password] : [];
  return marked
    .replace(/^[A-Za-z_][\w.-]*["']?\s*(?:=>|:=|[:=])\s*/, '')
    .split(/["'`\s]+/)
    .filter((part) => part.length >= SHORTEST && /\d|[+/=]/.test(part) && !part.includes('-----'));
}
