import { describe, expect, it } from 'vitest';
import { readEnvironment } from '#config/env.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Seat } from '#model/plan.ts';
import { guardEnvironment, refuseOwnCode } from './guard-checkout.ts';
import { requireVendors } from './require-vendors.ts';

const guard = (variables: Record<string, string>, overApi: boolean) =>
  guardEnvironment(readEnvironment(variables), { workspace: '/runner/shop', overApi });
const seat = (model: Partial<ModelEntry>): Seat => ({
  ...{ id: 'one', role: 'deep_scan' },
  model: { model_id: 'one', model_type: 'builtin', model_name: 'patterns', parser_id: 'json_findings', ...model } as ModelEntry,
});

describe('guardEnvironment', () => {
  it.each(['AEGIS_MODELS_FILE', 'AEGIS_CACHE_DIR', 'AEGIS_RUNTIMES_DIR'])(
    '%s in the checkout is refused where the change could write it',
    (name) => {
      for (const path of ['x', './a/b', '/runner/shop/x', '.']) expect(() => guard({ [name]: path }, true)).toThrow(InputError);
      for (const path of ['/home/x', '../x']) expect(() => guard({ [name]: path }, true)).not.toThrow();
      expect(() => guard({ [name]: 'x' }, false)).not.toThrow();
    },
  );

  it.each([
    { name: 'XDG_CACHE_HOME', instead: 'AEGIS_CACHE_DIR' },
    { name: 'XDG_CONFIG_HOME', instead: 'AEGIS_MODELS_FILE' },
  ])('$name in the checkout is refused as well, unless $instead takes its place', ({ name, instead }) => {
    for (const path of ['/runner/shop/.xdg', '/runner/shop/..xdg']) expect(() => guard({ [name]: path }, true)).toThrow(name);
    expect(() => guard({ [name]: '/home/x' }, true)).not.toThrow();
    expect(() => guard({ [name]: '/runner/shop/.xdg', [instead]: '/home/x' }, true)).not.toThrow();
    expect(() => guard({ [name]: '/runner/shop/.xdg' }, false)).not.toThrow();
  });

  it('paths begin at the workspace', () =>
    expect(guard({ AEGIS_MODELS_FILE: 'models.yml' }, false)).toMatchObject({
      modelsFile: '/runner/shop/models.yml',
      cacheDir: undefined,
    }));
});

describe('refuseOwnCode', () => {
  it.each([
    { name: 'a plug-in by path', model: { model_type: 'plugin', model_name: './own.mjs#model' } },
    { name: 'one by its whole path', model: { model_type: 'plugin', model_name: '/runner/shop/own.mjs#model' } },
    { name: 'a parser by path', model: { parser_id: '../own.mjs#parser' } },
  ])('refuses $name, also in reserve', ({ model }) => {
    expect(() => refuseOwnCode({ seats: [seat(model)], reserves: [] })).toThrow(/modules of the repository/);
    expect(() => refuseOwnCode({ seats: [], reserves: [seat(model)] })).toThrow(InputError);
  });

  it('leaves a package and what is built in alone', () =>
    expect(() =>
      refuseOwnCode({ seats: [seat({}), seat({ model_type: 'plugin', model_name: 'own-package#model' })], reserves: [] }),
    ).not.toThrow());
});

describe('requireVendors', () => {
  const seats = [seat({ model_type: 'anthropic' })];
  it('says which variable brings a large package', () => expect(() => requireVendors({ seats }, () => false)).toThrow(/ANTHROPIC_API_KEY/));
  it('is content where it is there', () => expect(() => requireVendors({ seats }, () => true)).not.toThrow());
});
