import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import { scan } from '#pipeline/scan.ts';
import type { ModelRequest } from '#ports/provider.ts';
import { type Answering, scanContext } from '../fakes/scan-context.ts';
import { makePlan, makeSeat } from '../fixtures/panel.ts';
import { attackedChange, ELSEWHERE_PATH } from './attacked-change.ts';
import { HONEST } from './obedient-model.ts';
import { ATTACKS, HELD_OUT_ATTACKS } from './read-corpus.ts';

const ALL = [...ATTACKS, ...HELD_OUT_ATTACKS];

/** Every role, the two kinds of custom ones among them. */
const ROLES = ['triage', 'deep_scan', 'secrets', 'judge', 'owner', 'explain'];

/** A seat of every role; each answers so that the next one is asked. */
const ANSWERS: Readonly<Record<string, Answering>> = {
  triage: () => '{"suspicious": true, "confidence": 1, "reason": "a query"}',
  deep_scan: HONEST,
  secrets: HONEST,
  judge: () => '{"verdicts": [{"id": "c1", "verdict": "confirmed", "confidence": 1, "severity": "high", "reason": "line 121"}]}',
  owner: () => '{"team": "payments"}',
  explain: () => '{"explanation": "It is a query.", "fix": "Bind the id.", "replacement": null}',
};

async function requestsFor(change: ChangeSet): Promise<readonly ModelRequest[]> {
  const seats = ROLES.map((role) => makeSeat(role, { role }));
  const idOf = (role: string) => `${role}:${role}`;
  const plan = makePlan(seats, {
    consensus: {
      strategy: 'judge',
      steps: [
        { kind: 'vote', strategy: 'union', threshold: 0.5 },
        { kind: 'judge', when: 'always' },
      ],
    },
    roles: {
      secrets: { prompt: 'Look for secrets.', schema: {}, on: 'chunks' },
      owner: { prompt: 'Who owns this?', schema: { type: 'object', properties: { team: { type: 'string' } } }, on: 'findings' },
    },
    stages: {
      triage: { seats: [idOf('triage')], threshold: 0.5, votes: false },
      deepScan: { tiers: [[idOf('deep_scan'), idOf('secrets')]] },
      judge: { seats: [idOf('judge')] },
      annotate: { seats: [idOf('owner')] },
      explain: { seats: [idOf('explain')], max: 10 },
    },
  });
  const requests: ModelRequest[] = [];
  const listening = Object.entries(ANSWERS).map(([role, answering]): [string, Answering] => [
    role,
    (chunk, signal, request) => {
      requests.push(request);
      return answering(chunk, signal, request);
    },
  ]);
  const { ctx } = scanContext(plan, Object.fromEntries(listening));
  await scan(change, plan, ctx);
  return requests;
}

/** What is fenced; throws where a text is not fences and nothing else. */
function readFences(text: string): readonly string[] {
  const bodies: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const opening = /^<<<UNTRUSTED ([0-9a-f]{32})\n/.exec(rest);
    const marker = opening?.[1];
    if (opening === null || marker === undefined) throw new Error(`no fence opens here: ${rest.slice(0, 80)}`);
    const closing = `\nUNTRUSTED ${marker}>>>`;
    const end = rest.indexOf(closing);
    if (end < 0) throw new Error('the fence is not closed');
    const body = rest.slice(opening[0].length, end);
    rest = rest.slice(end + closing.length).replace(/^\n\n/, '');
    if (body.includes(marker) || rest.includes(marker)) throw new Error('its marker stands elsewhere, too');
    bodies.push(body);
  }
  return bodies;
}

const about = (requests: readonly ModelRequest[], path: string) =>
  requests.filter(({ chunk }) => chunk.files.some((file) => file.path === path));
const said = (request: ModelRequest | undefined, role: 'system' | 'user') =>
  request?.messages.find((message) => message.role === role)?.content ?? '';

describe.each(ALL)('in the prompts about $name', (attack) => {
  const { path, attacked, control, shown } = attackedChange(attack);
  const plainPath = control.files[0]?.path ?? '';
  const asked = Promise.all([requestsFor(attacked), requestsFor(control)]);

  it('every role is asked', async () => {
    const [requests] = await asked;
    expect(new Set(about(requests, path).map(({ role }) => role))).toEqual(new Set(ROLES));
  });

  it('the attack stands within the fence, which is opened and closed once', async () => {
    const [requests] = await asked;
    for (const request of about(requests, path)) {
      const [code = '', ...others] = readFences(said(request, 'user'));
      // The other fence holds claims or a finding, as JSON on one line.
      expect(others.length).toBe(['judge', 'explain', 'owner'].includes(request.role) ? 1 : 0);
      for (const other of others) expect(() => JSON.parse(other)).not.toThrow();
      for (const line of shown) expect(code).toContain(line);
      expect(`${code}\n${others.join('\n')}`).not.toMatch(/^(?:<<<\s*UNTRUSTED|UNTRUSTED)/m);
      expect(code.split('\n').filter((line) => !/^(?:File: .*|\s*L?\d+ [+ -] .*|\s*\.\.\.|)$/.test(line))).toEqual([]);
    }
  });

  it('marks of chat templates and hidden signs are broken', async () => {
    const [requests] = await asked;
    for (const request of about(requests, path)) {
      const text = said(request, 'user');
      expect(text).not.toMatch(/<\|[\w▁-]{1,40}\|>|<｜[\w▁-]{1,40}｜>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/);
      expect(text).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
    }
  });

  it('our instructions come first, and are the same as without the attack', async () => {
    const [requests, calm] = await asked;
    const mine = about(requests, path);
    const theirs = about(calm, plainPath);
    // The attempt is a finding, too, so that roles on findings may be asked once more.
    expect(new Set(mine.map(({ role }) => role))).toEqual(new Set(theirs.map(({ role }) => role)));
    for (const request of mine) {
      const twin = theirs.find(({ role }) => role === request.role);
      expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user']);
      expect(said(request, 'system')).toBe(said(twin, 'system'));
      expect(request.schema).toEqual(twin?.schema);
      expect(request.maxTokens).toBe(twin?.maxTokens);
    }
  });

  it('those about the other file are as they were', async () => {
    const [requests, calm] = await asked;
    const worded = (all: readonly ModelRequest[]) =>
      about(all, ELSEWHERE_PATH)
        .map(({ role, messages, schema, maxTokens }) => JSON.stringify({ role, messages, schema, maxTokens }))
        .toSorted();
    expect(worded(requests)).toEqual(worded(calm));
    expect(worded(requests).length).toBeGreaterThanOrEqual(ROLES.length);
  });
});
