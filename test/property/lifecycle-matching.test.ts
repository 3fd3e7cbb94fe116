import fc from 'fast-check';
import { expect, it } from 'vitest';
import { followLines } from '#lifecycle/follow-lines.ts';
import { matchFindings } from '#lifecycle/match-findings.ts';
import { nameFindings } from '#lifecycle/name-findings.ts';
import { settleGone } from '#lifecycle/settle-findings.ts';
import { hunksOf } from '#model/change-set.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import { changeBetween } from '../fixtures/text-change.ts';

/** A file as numbers of lines: few different ones, so that equal lines are common. */
const body = fc.array(fc.nat({ max: 6 }), { maxLength: 14 });
const files = fc.record({ 'a.js': body, 'b.js': body });
const textOf = (lines: readonly number[]) => lines.map((line) => `call(${line})\n`).join('');
const write = (made: { 'a.js': number[]; 'b.js': number[] }) => ({ 'a.js': textOf(made['a.js']), 'b.js': textOf(made['b.js']) });

const cwe = fc.constantFrom('CWE-89', 'CWE-564', 'CWE-79', null);
const place = fc.record({ path: fc.constantFrom('a.js', 'b.js'), line: fc.integer({ min: 1, max: 14 }), more: fc.nat({ max: 2 }), cwe });
const names = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 12 });
const state = fc.constantFrom('open' as const, 'open' as const, 'fixed' as const, 'dismissed' as const);

type Made = typeof place extends fc.Arbitrary<infer T> ? T : never;
const nameOf = (name: number) => name.toString(16).padStart(64, '0');
const findingOf = ({ path, line, more, cwe: weakness }: Made, name: number, text: Readonly<Record<string, string>>) => ({
  ...{ fingerprint: nameOf(name), cwe: weakness, path, startLine: line, endLine: line + more },
  evidence: (text[path] ?? '').split('\n')[line - 1] ?? '',
});
const sample = fc.record({
  ...{ base: files, past: files, now: files },
  ...{ knownNames: names, foundNames: names },
  places: fc.array(place, { minLength: 24, maxLength: 24 }),
  states: fc.array(state, { minLength: 12, maxLength: 12 }),
  remembers: fc.boolean(),
});

it('findings are matched one to one, whatever the order, and no two have one name', () => {
  let matched = 0;
  fc.assert(
    fc.property(sample, fc.infiniteStream(fc.nat()), ({ base, past, now, knownNames, foundNames, places, states, remembers }, order) => {
      const [before, after] = [write(past), write(now)];
      const [earlier, change] = [changeBetween(write(base), before), changeBetween(write(base), after)];
      const at = (index: number) => places[index] ?? { path: 'a.js', line: 1, more: 0, cwe: null };
      const known = knownNames.map((name, index): KnownFinding => {
        const { evidence, ...finding } = findingOf(at(index), name, before);
        return { ...finding, evidence, id: `${name}`, title: 't', severity: 'high', state: states[index] ?? 'open' };
      });
      const found = foundNames.map((name, index) => findingOf(at(index % 2 === 0 ? index : index + 12), name, after));
      const lines = followLines(remembers ? earlier : null, change);
      const matches = matchFindings(found, known, lines);
      matched += matches.size;

      // One to one: as many of the one as of the other.
      expect(new Set(matches.values()).size).toBe(matches.size);
      expect([...matches.keys()].every((one) => found.includes(one))).toBe(true);
      expect([...matches.values()].every((one) => known.includes(one))).toBe(true);
      for (const one of found) {
        const named = known.find(({ fingerprint }) => fingerprint === one.fingerprint);
        // Nobody is left alone with somebody of the same name.
        if (named !== undefined && !matches.has(one)) expect([...matches.values()]).toContain(named);
      }

      const shuffle = <T>(list: readonly T[]) =>
        list
          .map((item) => ({ item, by: order.next().value as number }))
          .toSorted((a, b) => a.by - b.by)
          .map(({ item }) => item);
      const again = matchFindings(shuffle(found), shuffle(known), lines);
      expect(new Set([...again].map(([one, other]) => `${one.fingerprint} ${other.fingerprint}`))).toEqual(
        new Set([...matches].map(([one, other]) => `${one.fingerprint} ${other.fingerprint}`)),
      );

      const taken = new Set(known.map(({ fingerprint }) => fingerprint));
      const own = nameFindings(found, matches, taken);
      expect(new Set(own.values()).size).toBe(found.length);
      for (const one of found) if (!matches.has(one)) expect(taken.has(own.get(one) ?? '')).toBe(false);
      expect([...nameFindings(shuffle(found), matches, taken)].toSorted(([a], [b]) => (a.fingerprint < b.fingerprint ? -1 : 1))).toEqual(
        [...own].toSorted(([a], [b]) => (a.fingerprint < b.fingerprint ? -1 : 1)),
      );

      // What is gone is fixed or unknown, and fixed only where its code does not stand on its line.
      const gone = known.filter((one) => one.state !== 'fixed' && ![...matches.values()].includes(one));
      const ledger = [...hunksOf(change)].map(({ file, hunk }) => ({
        path: file.path,
        hunkId: hunk.id,
        status: 'reviewed' as const,
        cause: null,
        reason: '',
      }));
      const history = { headSha: null, known, carry: null, change: remembers ? earlier : null };
      const texts = new Map(Object.entries(after));
      const since = settleGone(gone, { change, ledger, lines, texts, findings: [], history });
      expect(since.fixed.length + since.unknown.length).toBe(gone.length);
      for (const one of since.fixed.filter(({ evidence }) => evidence !== '')) {
        const followed = lines.follow(one.path, one.startLine);
        if (followed.kind === 'same' && lines.textBefore(one.path, one.startLine) === one.evidence) expect(one.because).toBe('');
      }
    }),
    { numRuns: 300 },
  );
  expect(matched).toBeGreaterThan(150);
});
