import { createHash } from 'node:crypto';
import { compareText } from '#consensus/claim-order.ts';
import type { Finding } from '#model/finding.ts';
import type { KnownFinding } from '#model/lifecycle.ts';

/**
 * The fingerprint of each finding: a known one keeps the name by which people know it, every other has its own. Where its
 * own is that of another, known or carried over (`taken`), it gets one that follows from its own: no two are equal.
 */
export function nameFindings<F extends Pick<Finding, 'fingerprint'>>(
  found: readonly F[],
  matches: ReadonlyMap<F, KnownFinding>,
  taken: ReadonlySet<string>,
): ReadonlyMap<F, string> {
  const used = new Set([...taken, ...[...matches.values()].map(({ fingerprint }) => fingerprint)]);
  const names = new Map<F, string>();
  for (const one of found.toSorted((a, b) => compareText(a.fingerprint, b.fingerprint))) {
    const known = matches.get(one);
    const name = known?.fingerprint ?? freeName(one.fingerprint, used);
    used.add(name);
    names.set(one, name);
  }
  return names;
}

function freeName(fingerprint: string, used: ReadonlySet<string>): string {
  let name = fingerprint;
  for (let further = 1; used.has(name); further += 1) {
    name = createHash('sha256')
      .update(JSON.stringify(['aegis/v1', fingerprint, further]))
      .digest('hex');
  }
  return name;
}
