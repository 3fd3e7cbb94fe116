import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Sets variables in a `.env` file and leaves its other lines as they are. Line ends in values are written as `\n`.
 * The file holds a private key: only its owner may read it.
 */
export function writeDotEnv(path: string, variables: Readonly<Record<string, string>>): void {
  const names = new Set(Object.keys(variables));
  const kept = readLines(path).filter((line) => line.trim() !== '' && !names.has(line.split('=', 1)[0]?.trim() ?? ''));
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value.trim().replaceAll('\n', '\\n')}`);
  writeFileSync(path, `${[...kept, ...set].join('\n')}\n`, { mode: 0o600 });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
