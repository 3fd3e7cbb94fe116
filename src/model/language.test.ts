import { expect, it } from 'vitest';
import { isProse, languageOf, languageOfShebang } from './language.ts';

it.each([
  ['src/app.TS', 'typescript'],
  ['Dockerfile.prod', 'dockerfile'],
  ['deploy/.env.local', 'ini'],
  ['src/.env.js', 'javascript'],
  ['package-lock.json', 'lockfile'],
  ['README.md', 'text'],
  ['bin/tool', null],
  ['.github/workflows/ci.yml', 'yaml'],
])('%s is %s', (path, language) => expect(languageOf(path)).toBe(language));

it.each([
  ['#!/usr/bin/env node', 'javascript'],
  ['#!/usr/bin/env -S node --no-warnings', 'javascript'],
  ['#!/usr/bin/env PATH=/x python3', 'python'],
  ['#! /bin/bash -eu', 'shell'],
  ['#!/usr/bin/python3.11', 'python'],
  ['#!/opt/unknown', null],
  ['const a = 1;', null],
  ['', null],
])('%j runs %s', (line, language) => expect(languageOfShebang(line)).toBe(language));

it.each([
  ['docs/guide.md', true],
  ['requirements.txt', false],
  ['requirements-dev.txt', false],
  ['CMakeLists.txt', false],
  ['src/app.js', false],
])('%s is prose: %s', (path, prose) => expect(isProse(path)).toBe(prose));
