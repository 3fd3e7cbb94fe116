/** `npm run bench`: what is promised about speed, as ratios against a baseline of the same run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchAnswers } from './answers.ts';
import { benchCalls } from './calls.ts';
import { benchClustering } from './clustering.ts';
import { benchFaultyEndpoints } from './faulty-endpoints.ts';
import { benchLargeDiff } from './large-diff.ts';
import { benchMakespan } from './makespan.ts';
import { benchPublishing } from './publishing.ts';
import { benchRescans } from './rescans.ts';
import { benchStartUp } from './start-up.ts';
import { benchTokens } from './tokens.ts';
import { benchWebhooks } from './webhooks.ts';

const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-'));
try {
  for (const bench of [
    benchStartUp,
    benchLargeDiff,
    benchWebhooks,
    benchPublishing,
    benchCalls,
    benchAnswers,
    benchFaultyEndpoints,
    benchMakespan,
    benchClustering,
    benchTokens,
    benchRescans,
  ]) {
    for (const line of await bench(folder)) console.log(line);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
