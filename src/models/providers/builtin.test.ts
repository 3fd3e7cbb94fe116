import { describe, expect, it } from 'vitest';
import { claimSchema } from '#model/candidate.ts';
import type { DiffLine } from '#model/change-set.ts';
import type { ChunkFile } from '#model/chunk.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelRequest, ProviderEnv } from '#ports/provider.ts';
import { providerEnv } from '../../../test/fakes/provider-env.ts';
import { builtin } from './builtin.ts';

const env: ProviderEnv = { ...providerEnv(), fetch: () => Promise.reject(new Error('no network')) };
const model = builtin.connect({} as ModelEntry, env);

function added(newLine: number, text: string): DiffLine {
  return { mark: 'added', text, oldLine: null, newLine };
}

function fileOf(lines: readonly DiffLine[], over: Partial<ChunkFile> = {}): ChunkFile {
  return {
    path: 'a.js',
    language: 'javascript',
    hunks: [{ hunkId: 'a.js@1,1', lines, whole: true }],
    surroundings: [],
    text: null,
    ...over,
  };
}

async function ask(file: ChunkFile, signal = new AbortController().signal) {
  const request: ModelRequest = {
    role: 'deep_scan',
    chunk: { id: 'c', files: [file], tokens: 1, risk: 0 },
    messages: [],
    schema: null,
    maxTokens: 100,
  };
  const reply = await model.call(request, signal);
  return { ...reply, findings: claimSchema.array().parse(JSON.parse(reply.text).findings) };
}

describe('builtin/patterns', () => {
  it('answers in the words that json_findings reads', async () => {
    const { findings, finish, reason } = await ask(fileOf([added(7, 'eval(req.body.code);')]));
    expect(findings).toMatchObject([{ path: 'a.js', startLine: 7, cwe: 'CWE-94', evidence: 'eval(req.body.code);' }]);
    expect([finish, reason]).toEqual(['complete', null]);
  });

  it('reads the whole file where it is known, and speaks only of lines that are shown', async () => {
    const text = 'eval(req.body.a);\nconst x = req.body.b;\neval(x);\n';
    const { findings } = await ask(fileOf([added(3, 'eval(x);')], { text }));
    expect(findings.map((finding) => finding.startLine)).toEqual([3]);
  });

  it('reads a bare diff at its line numbers, with what surrounds it', async () => {
    const surroundings = [{ line: 2, text: "const { exec } = require('child_process');" }];
    const { findings } = await ask(fileOf([added(40, 'const name = req.query.name;'), added(41, "exec('ls ' + name);")], { surroundings }));
    expect(findings.map((finding) => [finding.startLine, finding.cwe])).toEqual([[41, 'CWE-78']]);
  });

  it('reads a hunk that ends in the middle of a call', async () => {
    const { findings } = await ask(fileOf([added(3, "exec('ls ' + req.query.dir, (err, out) => {"), added(4, '  res.end(out);')]));
    expect(findings.map((finding) => [finding.startLine, finding.cwe])).toEqual([[3, 'CWE-78']]);
  });

  it('does not see removed lines', async () => {
    const removed: DiffLine = { mark: 'removed', text: 'eval(req.body.x);', oldLine: 1, newLine: null };
    expect((await ask(fileOf([removed, added(1, 'ok();')]))).findings).toEqual([]);
  });

  it('says that a file was not read in full', async () => {
    const { finish, reason } = await ask(fileOf([added(1, 'a();')], { text: 'a();'.repeat(300_000) }));
    expect([finish, reason]).toEqual(['length', expect.stringMatching(/^a\.js: .*only its text/)]);
  });

  it('survives a line number that is out of the world', async () => {
    const { findings } = await ask(fileOf([added(2_000_000_000, 'eval(req.body.x);')]));
    expect(findings.map((finding) => finding.startLine)).toEqual([2_000_000_000]);
  });

  it('stops when it is told to', async () => {
    await expect(ask(fileOf([added(1, 'a();')]), AbortSignal.abort())).rejects.toMatchObject({ fault: 'cancelled' });
  });

  it('needs nothing', async () => {
    expect(await model.health(new AbortController().signal)).toMatchObject({ available: true });
    expect(builtin.endpoint({} as ModelEntry, env)).toBeNull();
    expect(builtin.settings.safeParse({ temperature: 0 }).success).toBe(false);
    expect(builtin.settings.safeParse({}).success).toBe(true);
  });
});
