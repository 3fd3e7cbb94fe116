import type { Command } from 'commander';
import { readTree } from '#git/read-tree.ts';
import type { ReviewDeps } from './review-deps.ts';
import { addReviewOptions, type ReviewOptions, runReview } from './run-review.ts';

/** `aegis scan`: whole files and folders instead of a change. */
export function registerScan(program: Command, deps: ReviewDeps): void {
  const command = program.command('scan').description('Review whole files or folders.').argument('<path...>', 'files or folders');
  addReviewOptions(command, deps).action(async (paths: string[], options: ReviewOptions) => {
    await runReview(await readTree(paths, deps.cwd), options, deps);
  });
}
