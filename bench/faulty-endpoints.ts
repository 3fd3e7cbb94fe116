import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFakeOpenAi } from '../test/fakes/openai.ts';
import { AEGIS, measureNode, median } from './measure.ts';

const CHUNKS = 40;
/** What the healthy model takes for an answer, and the time limit of the others, milliseconds. */
const ANSWERS_IN_MS = 150;
const LIMIT_MS = 2_000;

/** Each changed file is so long that it shares its chunk with no other. */
const LINES = Array.from(
  { length: 100 },
  (_, line) => `+export const find${line} = (id) => db.query('SELECT * FROM shops WHERE id = $1', [id, ${line}]);\n`,
);
const DIFF = Array.from({ length: CHUNKS }, (_, index) => {
  const path = `src/route-${index}.js`;
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,102 @@\n const one = ${index};\n${LINES.join('')} const two = 2;\n`;
}).join('');

/**
 * A scan of 40 chunks by three models, of which one hangs and one fails, against the healthy one alone, run in turn.
 * Each endpoint takes four calls at once.
 */
export async function benchFaultyEndpoints(folder: string, rounds = 3): Promise<string[]> {
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const healthy = await startFakeOpenAi({
    models: {
      healthy: async () => {
        await sleep(ANSWERS_IN_MS);
        return [];
      },
    },
  });
  const hanging = await startFakeOpenAi({ models: { hanging: () => ({ kind: 'hang' }) } });
  const failing = await startFakeOpenAi({
    models: { failing: () => ({ kind: 'json', status: 500, body: { error: { message: 'out of order' } } }) },
  });
  const servers = { healthy, hanging, failing };
  try {
    const diff = join(folder, 'forty.diff');
    writeFileSync(diff, DIFF);
    const review = async (names: readonly (keyof typeof servers)[]): Promise<number> => {
      const config = join(folder, `${names.join('-')}.yml`);
      writeFileSync(config, ['version: 1', 'models:', ...names.map((name) => `  - ${define(name, servers[name].url)}`)].join('\n'));
      const run = await measureNode([AEGIS, 'review', '--diff', diff, '--config', config, '--no-cache', '--format', 'json'], folder);
      if (run.code !== 0 && run.code !== 3) throw new Error(`the review ended with ${run.code}: ${run.stderr}`);
      return run.ms;
    };
    const ideal: number[] = [];
    const faulty: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ideal.push(await review(['healthy']));
      faulty.push(await review(['healthy', 'hanging', 'failing']));
    }
    const [a, b] = [median(ideal), median(faulty)];
    const asked = (name: keyof typeof servers) => servers[name].requests.length / rounds;
    return [
      `${CHUNKS} chunks, one endpoint hanging (time limit ${LIMIT_MS / 1000} s) and one failing: ${(b / 1000).toFixed(2)} s; the healthy one alone: ${(a / 1000).toFixed(2)} s; ${(b / a).toFixed(2)} times, ${((b - a) / 1000).toFixed(2)} s more (medians of ${rounds} pairs; the hanging one was asked ${asked('hanging')} times a scan, the failing one ${asked('failing')})`,
    ];
  } finally {
    for (const server of Object.values(servers)) await server.close();
  }
}

const define = (name: string, url: string) =>
  `{ id: ${name}, provider: openai_compatible, model: ${name}, base_url: "${url}/v1", timeout: ${LIMIT_MS / 1000}s, settings: { concurrency: 4 } }`;
