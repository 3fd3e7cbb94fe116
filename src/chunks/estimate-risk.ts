import type { ChangedFile, Hunk } from '#model/change-set.ts';

/**
 * A rough order, so that a budget is spent where a weakness costs most: words in the path (entrances, identity, money,
 * secrets, what runs in CI), words in the changed lines that stand near sinks and sources, and how much is new.
 * It decides the order of chunks alone, never whether something is reviewed.
 */
const RISKY_PATH =
  /auth|login|session|passw|token|secret|crypt|cert|admin|permission|role|pay|billing|upload|download|api|route|controller|handler|middleware|query|sql|exec|shell|template|parser|deserial|\.github\/|dockerfile|\.ya?ml$|\.tf$|package\.json$|lock/i;
const QUIET_PATH = /(?:^|\/)(?:tests?|__tests__|spec|fixtures|examples?|docs?|mocks?)\/|[._](?:test|spec)\.[a-z]+$/i;
const RISKY_WORD =
  /exec|spawn|system|popen|eval|query|select |insert |update |delete |innerHTML|dangerously|render|template|request|params|req\.|fetch|urlopen|curl|open\(|readFile|path\.|deserial|pickle|yaml\.load|unserialize|md5|sha1|random|verify|tls|ssl|passw|secret|token|api[_-]?key|jwt|cookie|redirect|chmod|sudo|curl|uses:|run:|FROM |strcpy|memcpy|malloc|sprintf|unsafe/i;

/** Characters of a line that are looked at: words that matter stand early or often. */
const LOOKED_AT = 500;

/** Risk of one hunk, or a slice of one, in its file. Higher is riskier; only the order has a meaning. */
export function estimateRisk(file: Pick<ChangedFile, 'path'>, lines: Hunk['lines']): number {
  const changed = lines.filter((line) => line.mark !== 'context');
  const hits = changed.filter((line) => RISKY_WORD.test(line.text.slice(0, LOOKED_AT))).length;
  const path = (RISKY_PATH.test(file.path) ? 3 : 0) - (QUIET_PATH.test(file.path) ? 4 : 0);
  return round(path + 2 * Math.log2(1 + hits) + Math.log2(1 + changed.length) / 2);
}

/** Two decimals: the order must not hang on the last bit of a logarithm. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
