import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegisteredModel } from '#model/registered-model.ts';
import { createModelRegistry } from '#models/registry/model-registry.ts';
import type { ModelRecords } from '#ports/model-records.ts';
import type { ModelRegistry } from '#ports/model-registry.ts';
import { modelEntry, REGISTRY_PARTS } from '../fakes/registry-parts.ts';

/** Where a registry is kept during the examination. */
export interface RecordsPlace {
  /** New records over the place, as another process would have them. */
  open(): ModelRecords;
  /** Makes the place empty again. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const PATTERNS = 'builtin/patterns';
const ids = (models: readonly { readonly model_id: string }[]) => models.map(({ model_id }) => model_id);
const told = async (act: Promise<unknown>): Promise<string> => {
  const fault = (await act.then(
    () => null,
    (error: unknown) => error,
  )) as { code: string; message: string; hint: string } | null;
  return fault === null ? 'nothing' : `${fault.code} ${fault.message}. ${fault.hint}`;
};

/** The examination that a registry passes wherever it is kept. */
export function examineRegistry(name: string, openPlace: () => Promise<RecordsPlace>): void {
  describe(name, async () => {
    const place = await openPlace();
    let registry: ModelRegistry;
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
    const another = (records = place.open()) => createModelRegistry(records, { ...REGISTRY_PARTS, now });
    const stored = () => another().list();

    beforeEach(() => {
      minutes = 0;
      registry = another();
    });
    afterEach(() => place.clear());
    afterAll(() => place.close());

    it('has the built-in detector from the start, and nothing else', async () => {
      expect(await registry.list()).toMatchObject([
        { model_id: PATTERNS, status: 'registered', availability: 'unknown', availability_checked_at: null, version: 1, weight: 1 },
      ]);
      expect(ids(await registry.modelsForRole('deep_scan'))).toEqual([PATTERNS]);
      expect(await registry.versions(PATTERNS)).toMatchObject([{ model_id: PATTERNS, version: 1 }]);
    });

    describe('registering', () => {
      it('keeps an entry whole, for whoever opens the place next', async () => {
        const entry = modelEntry('gpt', {
          ...{ provider: 'openai_compatible', model: 'gpt-5-mini', base_url: 'https://llm.example/v1', api_key: 'env:KEY' },
          ...{ roles: ['judge', 'deep_scan', 'own_role'], weight: 2.5, timeout: 1_500, family: 'openai', covers: { languages: ['go'] } },
          ...{ settings: { temperature: 0.5, rate_limit: { requests_per_minute: 20 }, stop: ['\0', 'é👩‍💻', ''] } },
          ...{ provider_id: 'account-1', display_name: 'GPT: "mini"', status: 'disabled' },
        });
        expect(await registry.register(entry)).toEqual({
          model: { ...entry, availability: 'unknown', availability_checked_at: null, version: 1 },
          change: 'created',
        });
        expect((await stored())[1]).toEqual({ ...entry, availability: 'unknown', availability_checked_at: null, version: 1 });
        expect(await another().versions('gpt')).toEqual([{ model_id: 'gpt', version: 1, created_at: now(), entry }]);
      });
      it('twice changes nothing', async () => {
        await registry.register(modelEntry('a', { weight: 2 }));
        minutes = 1;
        expect(await another().register(modelEntry('a', { weight: 2 }))).toMatchObject({ change: 'unchanged', model: { version: 1 } });
        expect(await registry.versions('a')).toHaveLength(1);
      });
      it('with other content makes a version, and keeps the old one', async () => {
        await registry.register(modelEntry('a'));
        minutes = 1;
        expect(await registry.register(modelEntry('a', { weight: 2 }))).toMatchObject({
          change: 'updated',
          model: { version: 2, weight: 2 },
        });
        expect(await another().versions('a')).toMatchObject([
          { version: 2, created_at: '2026-01-01T00:01:00.000Z', entry: { weight: 2 } },
          { version: 1, created_at: '2026-01-01T00:00:00.000Z', entry: { weight: 1 } },
        ]);
      });
      it('does not enable a model that was disabled', async () => {
        await registry.register(modelEntry('a'));
        await registry.updateStatus('a', 'disabled');
        expect(await registry.register(modelEntry('a'))).toMatchObject({ change: 'unchanged', model: { status: 'disabled' } });
        expect(await registry.register(modelEntry('a', { weight: 2 }))).toMatchObject({ change: 'updated', model: { status: 'disabled' } });
      });
      it('forgets whether a model was available when something else is called now, and only then', async () => {
        await registry.register(modelEntry('a'));
        await registry.updateAvailability('a', 'available', '2026-01-02T00:00:00.000Z');
        const weighed = await registry.register(modelEntry('a', { weight: 2 }));
        expect(weighed.model).toMatchObject({ availability: 'available', availability_checked_at: '2026-01-02T00:00:00.000Z' });
        const moved = await registry.register(modelEntry('a', { weight: 2, base_url: 'http://gpu:11434' }));
        expect(moved.model).toMatchObject({ availability: 'unknown', availability_checked_at: null });
      });
      it('many at once is all or none', async () => {
        const wrong = { ...modelEntry('c'), model_type: 'nothing' };
        expect(await told(registry.registerAll([modelEntry('a'), modelEntry('b'), wrong]))).toContain('AEGIS_INPUT');
        expect(ids(await stored())).toEqual([PATTERNS]);
        const done = await registry.registerAll([modelEntry('a'), modelEntry('b'), modelEntry('a'), modelEntry('a', { weight: 2 })]);
        expect(done.map(({ change }) => change)).toEqual(['created', 'created', 'unchanged', 'updated']);
        expect(ids(await stored())).toEqual([PATTERNS, 'a', 'b']);
      });
      it.each([
        { name: 'an unknown provider', entry: { model_type: 'ollama' }, says: 'did you mean `ollama_local`?' },
        { name: 'an unknown parser', entry: { parser_id: 'json_finding' }, says: 'json_finding' },
        { name: 'an unknown setting', entry: { settings: { num_ctxx: 1 } }, says: 'num_ctxx' },
        { name: 'a key in place of its name', entry: { settings: { api_key: 'sk-12345' } }, says: 'must name where the key is' },
        { name: 'an empty id', entry: { model_id: '' }, says: 'id must not be empty' },
        { name: 'no role', entry: { roles: [] }, says: 'roles must not be an empty list' },
        { name: 'a time beyond the longest', entry: { timeout_ms: 3_600_001 }, says: 'timeout must be a time' },
      ])('refuses $name', async ({ entry, says }) => {
        const fault = await told(registry.register({ ...modelEntry('a'), ...entry }));
        expect(fault).toContain('AEGIS_INPUT');
        expect(fault).toContain(says);
        expect(fault).not.toContain('sk-12345');
        expect(ids(await stored())).toEqual([PATTERNS]);
      });
    });

    describe('what is not there', () => {
      it.each([
        { id: 'qwen-codr', says: 'There is no registered model qwen-codr. Did you mean qwen-coder, qwen-coder-7b or my-qwen-coder?' },
        { id: 'builtin', says: 'Did you mean builtin/patterns?' },
        { id: 'x', says: 'Registered are builtin/patterns, qwen-coder, qwen-coder-7b, my-qwen-coder, gpt.' },
      ])('is told with the nearest ids: $id', async ({ id, says }) => {
        await registry.registerAll(['qwen-coder', 'qwen-coder-7b', 'my-qwen-coder', 'gpt'].map((one) => modelEntry(one)));
        const acts = [
          ...[registry.get(id), registry.versions(id), registry.rollback(id, 1), registry.delete(id, { force: true })],
          ...[registry.rename(id, 'y'), registry.updateStatus(id, 'disabled'), registry.updateAvailability(id, 'available', now())],
        ];
        for (const fault of await Promise.all(acts.map(told))) {
          expect(fault).toContain('AEGIS_INPUT');
          expect(fault).toContain(says.replace('Did you mean qwen-coder, qwen-coder-7b or my-qwen-coder?', 'Did you mean qwen-coder'));
        }
      });
    });

    describe('listing', () => {
      const byId = async (filter: Parameters<ModelRegistry['list']>[0]) => ids(await registry.list(filter));
      it('filters by type, role, status and availability', async () => {
        await registry.registerAll([
          modelEntry('local'),
          modelEntry('cloud', { provider: 'openai_compatible', roles: ['judge'] }),
          modelEntry('tiny', { provider: 'hf_local' }),
        ]);
        await registry.updateStatus('cloud', 'disabled');
        await registry.updateAvailability('tiny', 'unavailable', now());
        expect(await byId({ type: 'ollama_local' })).toEqual(['local']);
        expect(await byId({ role: 'triage' })).toEqual(['tiny']);
        expect(await byId({ role: 'deep_scan' })).toEqual([PATTERNS, 'local']);
        expect(await byId({ status: 'disabled' })).toEqual(['cloud']);
        expect(await byId({ availability: 'unavailable', status: undefined })).toEqual(['tiny']);
        expect(await byId({ role: 'judge', status: 'registered' })).toEqual([]);
        expect(await byId({})).toEqual([PATTERNS, 'local', 'cloud', 'tiny']);
      });
      it('gives a role to what is available, then by weight, and never to what is disabled', async () => {
        await registry.registerAll([
          modelEntry('b', { roles: ['judge'], weight: 5 }),
          modelEntry('a', { roles: ['judge', 'explain'] }),
          modelEntry('off', { roles: ['judge'], weight: 9 }),
          modelEntry('gone', { roles: ['judge'], weight: 9 }),
        ]);
        await registry.updateStatus('off', 'disabled');
        await registry.updateAvailability('gone', 'unavailable', now());
        expect(ids(await registry.modelsForRole('judge'))).toEqual(['b', 'a', 'gone']);
        await registry.updateAvailability('a', 'available', now());
        expect(ids(await registry.modelsForRole('judge'))).toEqual(['a', 'b', 'gone']);
        expect((await registry.bestModelForRole('judge'))?.model_id).toBe('a');
        for (const id of ['a', 'b']) await registry.updateAvailability(id, 'unavailable', now());
        expect(await registry.bestModelForRole('judge')).toBeNull();
        expect(await registry.modelsForRole('judge')).toHaveLength(3);
        expect(await registry.bestModelForRole('nobody_has_it')).toBeNull();
      });
    });

    describe('status and availability', () => {
      it('are kept, and make no version', async () => {
        await registry.register(modelEntry('a'));
        expect(await registry.updateStatus('a', 'unavailable')).toMatchObject({ status: 'unavailable', version: 1 });
        await registry.updateAvailability('a', 'unavailable', '2026-02-03T04:05:06.789Z');
        expect(await another().get('a')).toMatchObject({
          ...{ status: 'unavailable', availability: 'unavailable', availability_checked_at: '2026-02-03T04:05:06.789Z', version: 1 },
        });
        expect(await registry.versions('a')).toHaveLength(1);
        await registry.updateAvailability('a', 'available', '2026-02-03T05:05:06+01:00');
        expect(await another().get('a')).toMatchObject({ availability_checked_at: '2026-02-03T04:05:06.000Z' });
      });
    });

    describe('rolling back', () => {
      it('makes a new version with the old content, and keeps the status', async () => {
        for (const weight of [1, 2, 3]) await registry.register(modelEntry('a', { weight }));
        await registry.updateStatus('a', 'disabled');
        expect(await registry.rollback('a', 1)).toMatchObject({ version: 4, weight: 1, status: 'disabled' });
        expect((await another().versions('a')).map(({ version, entry }) => [version, entry.weight])).toEqual([
          [4, 1],
          [3, 3],
          [2, 2],
          [1, 1],
        ]);
      });
      it('to what is there already changes nothing', async () => {
        await registry.register(modelEntry('a'));
        expect(await registry.rollback('a', 1)).toMatchObject({ version: 1 });
      });
      it('to a version that never was is refused', async () => {
        await registry.register(modelEntry('a'));
        expect(await told(registry.rollback('a', 2))).toBe('AEGIS_INPUT The model a has no version 2. It has version 1 alone.');
        await registry.register(modelEntry('a', { weight: 2 }));
        expect(await told(registry.rollback('a', 0))).toBe('AEGIS_INPUT The model a has no version 0. It has the versions 1 to 2.');
      });
    });

    describe('renaming', () => {
      it('takes history, status, availability and the place in the list along', async () => {
        await registry.registerAll([modelEntry('a'), modelEntry('old'), modelEntry('z', { display_name: 'Zed' })]);
        await registry.register(modelEntry('old', { weight: 2 }));
        await registry.updateStatus('old', 'disabled');
        await registry.updateAvailability('old', 'available', '2026-01-02T00:00:00.000Z');
        expect(await registry.rename('old', 'new')).toMatchObject({ model_id: 'new', display_name: 'new', version: 2 });
        expect(await registry.rename('z', 'y')).toMatchObject({ display_name: 'Zed' });
        const renamed = await another().get('new');
        expect(renamed).toMatchObject({ status: 'disabled', availability: 'available', weight: 2 });
        expect(await another().versions('new')).toMatchObject([
          { model_id: 'new', version: 2, entry: { model_id: 'new', weight: 2 } },
          { model_id: 'new', version: 1, entry: { model_id: 'new', weight: 1 } },
        ]);
        expect(ids(await stored())).toEqual([PATTERNS, 'a', 'new', 'y']);
        expect(await told(registry.get('old'))).toContain('There is no registered model old');
      });
      it('is refused where the name is taken, or is none', async () => {
        await registry.registerAll([modelEntry('a'), modelEntry('b')]);
        expect(await told(registry.rename('a', 'b'))).toContain('There is a registered model b already');
        expect(await told(registry.rename('a', PATTERNS))).toContain(`There is a registered model ${PATTERNS} already`);
        expect(await told(registry.rename('a', ''))).toContain('id must not be empty');
        expect(ids(await stored())).toEqual([PATTERNS, 'a', 'b']);
        expect(await registry.rename('a', 'a')).toMatchObject({ model_id: 'a' });
      });
      it('frees the old name for another model, which begins anew', async () => {
        await registry.register(modelEntry('a'));
        await registry.register(modelEntry('a', { weight: 2 }));
        await registry.rename('a', 'b');
        expect(await registry.register(modelEntry('a', { weight: 7 }))).toMatchObject({ change: 'created', model: { version: 1 } });
        expect(await another().versions('b')).toHaveLength(2);
        expect(await another().versions('a')).toMatchObject([{ version: 1, entry: { weight: 7 } }]);
      });
    });

    describe('removing', () => {
      it('takes the model and its history', async () => {
        await registry.registerAll([modelEntry('a'), modelEntry('b')]);
        await registry.delete('a');
        expect(ids(await stored())).toEqual([PATTERNS, 'b']);
        expect(await registry.register(modelEntry('a', { weight: 3 }))).toMatchObject({ change: 'created', model: { version: 1 } });
        expect(await registry.versions('a')).toHaveLength(1);
      });
      it('is refused while the model is in use, and says by whom, unless it is forced', async () => {
        const busy = { ...place.open(), usesOf: async (id: string) => (id === 'a' ? ['2 scans under way called it', 'x names it'] : []) };
        const used = another(busy);
        await used.registerAll([modelEntry('a'), modelEntry('b')]);
        expect(await told(used.delete('a'))).toBe(
          'AEGIS_INPUT the model a is in use: 2 scans under way called it; x names it. Disable it, or remove it all the same with --force.',
        );
        expect(ids(await stored())).toEqual([PATTERNS, 'a', 'b']);
        await used.delete('b');
        await used.delete('a', { force: true });
        expect(ids(await stored())).toEqual([PATTERNS]);
      });
    });

    describe('the built-in detector', () => {
      it('can be disabled, enabled, checked and weighed', async () => {
        await registry.register(modelEntry('a'));
        await registry.updateStatus(PATTERNS, 'disabled');
        expect(ids(await another().modelsForRole('deep_scan'))).toEqual(['a']);
        await registry.updateStatus(PATTERNS, 'registered');
        await registry.updateAvailability(PATTERNS, 'available', now());
        const { model, change } = await registry.register(modelEntry(PATTERNS, { provider: 'builtin', model: 'patterns', weight: 0.5 }));
        expect([change, model.version, model.weight]).toEqual(['updated', 2, 0.5]);
        expect(await another().get(PATTERNS)).toMatchObject({ weight: 0.5, availability: 'available', version: 2 });
        expect(await another().versions(PATTERNS)).toMatchObject([{ version: 2 }, { version: 1, entry: { weight: 1 } }]);
        expect(await registry.rollback(PATTERNS, 1)).toMatchObject({ version: 3, weight: 1 });
        expect(ids(await stored())).toEqual([PATTERNS, 'a']);
      });
      it('cannot be removed, renamed or made something else', async () => {
        const forced = registry.delete(PATTERNS, { force: true });
        expect(await told(forced)).toContain('The model builtin/patterns is built in and cannot be removed. Disable it');
        expect(await told(registry.rename(PATTERNS, 'mine'))).toContain('is built in and cannot be renamed');
        const other = modelEntry(PATTERNS, { provider: 'builtin', model: 'patterns', roles: ['triage'] });
        expect(await told(registry.register(other))).toContain('only its weight and its status can be changed');
        expect(await told(registry.register(modelEntry(PATTERNS)))).toContain('is built in');
        expect(await stored()).toHaveLength(1);
      });
    });

    describe('export and import', () => {
      it('make another registry the same', async () => {
        await registry.registerAll([modelEntry('a', { roles: ['judge'] }), modelEntry('b', { timeout: 90_000 }), modelEntry('c')]);
        await registry.updateStatus('b', 'disabled');
        await registry.updateStatus(PATTERNS, 'disabled');
        await registry.register(modelEntry(PATTERNS, { provider: 'builtin', model: 'patterns', weight: 3 }));
        const [text, before] = [await registry.export(), await stored()];
        await place.clear();
        const done = await another().import(text, 'models.yml');
        expect(done.map(({ change }) => change)).toEqual(['updated', 'created', 'created', 'created']);
        const content = (models: readonly RegisteredModel[]) => models.map((model) => ({ ...model, version: 0 }));
        expect(content(await stored())).toEqual(content(before));
        expect(await another().export()).toBe(text);
        expect((await another().import(text, 'models.yml')).map(({ change }) => change)).toEqual(Array(4).fill('unchanged'));
      });
      it('leave what the text does not name, and set the status that it does name', async () => {
        await registry.registerAll([modelEntry('a'), modelEntry('b')]);
        const text = 'version: 1\nmodels:\n  - { id: a, provider: ollama_local, model: "qwen3:8b", status: disabled }\n';
        expect(await registry.import(text, 'x')).toMatchObject([{ change: 'updated', model: { status: 'disabled', version: 1 } }]);
        expect(await registry.import(text.replace(', status: disabled', ''), 'x')).toMatchObject([{ change: 'unchanged' }]);
        expect((await stored()).map(({ model_id, status }) => [model_id, status])).toEqual([
          [PATTERNS, 'registered'],
          ['a', 'disabled'],
          ['b', 'registered'],
        ]);
      });
      it('take nothing of a text that has a fault', async () => {
        const text = 'models:\n  - { id: a, provider: ollama_local, model: x }\n  - { id: b, provider: ollama, model: x }\n';
        await expect(registry.import(text, 'team.yml')).rejects.toMatchObject({
          ...{ code: 'AEGIS_CONFIG', message: 'team.yml has 1 problem' },
          problems: [{ line: 3, column: 24, key: 'models[1].provider', message: expect.stringContaining('ollama_local') as string }],
        });
        expect(await stored()).toHaveLength(1);
      });
    });

    describe('several writers', () => {
      it('lose nothing of each other', async () => {
        const writers = Array.from({ length: 12 }, () => another());
        await Promise.all(writers.map((writer, index) => writer.register(modelEntry(`m${index}`, { weight: index }))));
        expect(ids(await stored()).toSorted()).toEqual([PATTERNS, ...Array.from({ length: 12 }, (_, index) => `m${index}`)].toSorted());
        await Promise.all([
          ...writers.slice(0, 6).map((writer, index) => writer.updateStatus(`m${index}`, 'disabled')),
          ...writers.slice(0, 6).map((writer, index) => writer.register(modelEntry(`m${index}`, { weight: 100 }))),
          ...writers.slice(6).map((writer, index) => writer.delete(`m${index + 6}`)),
        ]);
        const left = await another().list({ type: 'ollama_local' });
        expect(left.every(({ status, weight, version }) => status === 'disabled' && weight === 100 && version === 2)).toBe(true);
        expect(left).toHaveLength(6);
      });
      it('count versions one by one', async () => {
        await registry.register(modelEntry('a', { weight: 0 }));
        await Promise.all(Array.from({ length: 8 }, (_, index) => another().register(modelEntry('a', { weight: index + 1 }))));
        expect((await another().versions('a')).map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
        expect((await another().get('a')).version).toBe(9);
      });
    });
  });
}
