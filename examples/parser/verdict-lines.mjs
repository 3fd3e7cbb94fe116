/**
 * A parser of your own: plain JavaScript, no package needed.
 *
 * It reads answers such as
 *
 *     VERDICT: 2 findings
 *     src/login.js:42 | high | CWE-89 | The id reaches the query as part of the statement.
 *     src/login.js:57 | low  | CWE-79 | The name is written unescaped.
 *
 * and `VERDICT: clean` for an answer that finds nothing. Name it in `.aegis.yml` by its path and its export:
 *
 *     models:
 *       - id: my-model
 *         provider: openai_compatible
 *         model: my-model
 *         parser: ./examples/parser/verdict-lines.mjs#verdictLines
 *         parser_config: { separator: "|" }
 */
export const verdictLines = {
  /** Shown where parsers are listed. Optional. */
  summary: 'Findings as lines under a verdict.',

  /**
   * Checks `parser_config` before any model is called. Optional: without it every configuration is taken as it is. A zod
   * schema fits here; this is the same by hand.
   */
  config: {
    safeParse(config) {
      const { separator = '|', ...unknown } = config;
      const [key] = Object.keys(unknown);
      if (key !== undefined) return refuse([key], 'is not known; there is `separator`');
      if (typeof separator !== 'string' || separator.length !== 1) return refuse(['separator'], 'must be one character');
      return { success: true, data: { separator } };
    },
  },

  /** Called once for a model, with the configuration that was checked. */
  open({ separator }) {
    return {
      /**
       * Reads one answer. The text comes from a model: expect anything. Answer at once (no promise), in time that grows
       * with the text and not faster. An answer that you cannot read is `unreadable`: never answer an empty list for it,
       * because that would mean that the model found nothing.
       */
      read(text) {
        const lines = text.split('\n').map((line) => line.trim());
        const verdict = lines.findIndex((line) => line.startsWith('VERDICT:'));
        if (verdict < 0) return { kind: 'unreadable', reason: 'the answer has no line that begins with VERDICT:' };
        if (lines[verdict] === 'VERDICT: clean') return { kind: 'parsed', claims: [] };

        // A claim needs a title or a message. The other members are optional, and are read in the forms that models write:
        // `line: "42-45"`, `severity: "P1"`, `cwe: 89`, `confidence: "90%"`.
        const claims = lines
          .slice(verdict + 1)
          .map((line) => line.split(separator).map((part) => part.trim()))
          .filter((parts) => parts.length === 4)
          .map(([path, severity, cwe, message]) => ({ path, severity, cwe, message }));

        const promised = Number(/\d+/.exec(lines[verdict])?.[0] ?? claims.length);
        if (claims.length === 0) return { kind: 'unreadable', reason: 'the verdict is not clean, but no line names a finding' };
        // `cut`: the answer ended early. What was complete is kept, and the scan says that something may be missing.
        return { kind: 'parsed', claims, cut: claims.length < promised };
      },
    };
  },
};

function refuse(path, message) {
  return { success: false, error: { issues: [{ path, message }] } };
}
