import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AEGIS, measureNode, median } from './measure.ts';

const TEN_LINES = `diff --git a/src/users.js b/src/users.js
--- a/src/users.js
+++ b/src/users.js
@@ -1,4 +1,6 @@
 import { db } from './db.js';
 
-export const find = (name) => db.query('SELECT * FROM users WHERE name = $1', [name]);
+export function find(req) {
+  return db.query("SELECT * FROM users WHERE name = '" + req.query.name + "'");
+}
 export const all = () => db.query('SELECT * FROM users');
`;

/** A review of a ten-line diff against a Node process that does nothing, run in turn. Goal: at most 1 s more. */
export async function benchStartUp(folder: string, rounds = 9): Promise<string[]> {
  const diff = join(folder, 'ten-lines.diff');
  writeFileSync(diff, TEN_LINES);
  const review: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await measureNode([AEGIS, 'review', '--diff', diff], folder);
    const base = await measureNode(['-e', '0'], folder);
    if (ours.code !== 1) throw new Error(`the review ended with ${ours.code}: ${ours.stderr}`);
    // The first round warms the file cache.
    if (round > 0) review.push(ours.ms);
    if (round > 0) nothing.push(base.ms);
  }
  const [a, b] = [median(review), median(nothing)];
  return [
    `ten-line diff: ${a.toFixed(0)} ms, node -e 0: ${b.toFixed(0)} ms; ${(a - b).toFixed(0)} ms more, ${(a / b).toFixed(1)} times (medians of ${rounds} pairs)`,
  ];
}
