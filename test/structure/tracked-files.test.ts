import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What is in the repository; empty where this is no clone (an unpacked archive). */
const tracked = existsSync('.git')
  ? execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
      .split('\0')
      .filter((path) => path !== '' && existsSync(path) && statSync(path).isFile())
  : [];

describe.skipIf(tracked.length === 0)('files of the repository', () => {
  it('name no folder of the machine that they were written on', () => {
    // Put together here, so that this file is not the one that is found.
    const folder = ['', 'work', ''].join('/');
    const found = tracked.filter((path) => {
      const text = readFileSync(path, 'utf8');
      return new RegExp(`(^|[\\s"'\`(=])${folder}`, 'm').test(text);
    });
    expect(found).toEqual([]);
  });

  it('hold no address of a package registry', () => {
    const lock = readFileSync('package-lock.json', 'utf8');
    expect(lock).not.toMatch(/"resolved": *"https?:/);
    expect(
      tracked
        .filter((path) => path.endsWith('.npmrc'))
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n'),
    ).not.toMatch(/registry *=/);
  });

  it('hold no build output and no state', () => {
    expect(tracked.filter((path) => /^(dist|node_modules|coverage|\.aegis)\//.test(path))).toEqual([]);
  });
});
