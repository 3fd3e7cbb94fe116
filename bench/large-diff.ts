import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AEGIS, measureNode, median } from './measure.ts';

const ROUTE = (index: number) => [
  `router.get('/items/${index}', async (req, res) => {`,
  `  const limit = Number.parseInt(req.query.limit ?? '20', 10);`,
  `  const rows = await db.query('SELECT * FROM items WHERE shop = $1 LIMIT $2', [${index}, limit]);`,
  `  if (rows.length === 0) return res.status(404).json({ error: 'no items' });`,
  `  const total = rows.reduce((sum, row) => sum + row.price * row.count, 0);`,
  index % 40 === 0
    ? `  await run(\`convert \${req.body.name} out-${index}.png\`, { shell: true });`
    : `  log.info({ total, shop: ${index} }, 'items listed');`,
  `  res.json({ rows: rows.map(({ id, name }) => ({ id, name })), total });`,
  `});`,
  ``,
];
const TASK = (index: number) => [
  `def task_${index}(queue, limit=${index}):`,
  `    """Works off one queue."""`,
  `    done = []`,
  `    for job in queue.take(limit):`,
  `        path = os.path.join(ROOT, "jobs", str(job.id))`,
  ...(index % 40 === 0
    ? [`        os.system("process " + request.args["path"])`]
    : [`        with open(path) as handle:`, `            done.append(json.load(handle))`]),
  `    return [entry for entry in done if entry is not None]`,
  ``,
  ``,
];

/** A diff of about `lines` added lines in files of 400 lines, half JavaScript, half Python. */
export function writeLargeDiff(lines: number): string {
  const files = Math.ceil(lines / 400);
  return Array.from({ length: files }, (_, file) => {
    const python = file % 2 === 1;
    const path = python ? `jobs/task_${file}.py` : `src/routes/route-${file}.js`;
    const body: string[] = [];
    for (let index = 0; body.length < 400; index += 1) body.push(...(python ? TASK : ROUTE)(file * 50 + index));
    const text = body.slice(0, 400).map((line) => `+${line}\n`);
    return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${text.length} @@\n${text.join('')}`;
  }).join('');
}

/** Parsed, chunked and scanned by the built-in detector, as a whole process. Goal: at most 400 MB. */
export async function benchLargeDiff(folder: string, rounds = 3): Promise<string[]> {
  const diff = join(folder, 'large.diff');
  const text = writeLargeDiff(20_000);
  writeFileSync(diff, text);
  const runs = [];
  const nothing = [];
  for (let round = 0; round < rounds; round += 1) {
    runs.push(await measureNode([AEGIS, 'review', '--diff', diff, '--format', 'json'], folder));
    nothing.push(await measureNode(['-e', '0'], folder));
  }
  const bad = runs.find((run) => run.code !== 1);
  if (bad !== undefined) throw new Error(`the review ended with ${bad.code}: ${bad.stderr}`);
  const [ms, base] = [median(runs.map((run) => run.ms)), median(nothing.map((run) => run.ms))];
  const peak = Math.max(...runs.map((run) => run.peakMb));
  const lines = text.split('\n').length - 1;
  return [
    `${lines}-line diff: ${(ms / 1000).toFixed(2)} s, ${(ms / base).toFixed(0)} times node -e 0, ${(lines / (ms / 1000)).toFixed(0)} lines a second, at most ${peak.toFixed(0)} MB (${rounds} runs)`,
  ];
}
