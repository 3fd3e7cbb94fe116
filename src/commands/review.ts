import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import { openRepository } from '#git/repository.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { ReviewDeps, Subject } from './review-deps.ts';
import { addReviewOptions, type ReviewOptions, runReview } from './run-review.ts';

interface ChangeOptions extends ReviewOptions {
  base?: string;
  head?: string;
  diff?: string;
  staged?: boolean;
}

/** `aegis review`: a change of this repository, or a diff, in; a review out. */
export function registerReview(program: Command, deps: ReviewDeps): void {
  const command = program
    .command('review')
    .description('Review a change for security weaknesses. Default: from the merge base with the default branch to the working tree.')
    .addOption(new Option('--base <ref>', 'compare with the merge base of this ref').conflicts(['diff', 'staged']))
    .addOption(new Option('--head <ref>', 'review this commit instead of the working tree').conflicts(['diff', 'staged']))
    .addOption(new Option('--diff <file>', 'review a unified diff; - reads standard input').conflicts(['staged']))
    .addOption(new Option('--staged', 'review what is staged for the next commit'));
  addReviewOptions(command, deps).action(async (options: ChangeOptions) => {
    const subject = options.diff === undefined ? await fromRepository(options, deps) : await fromDiff(options.diff, deps);
    await runReview(subject, options, deps);
  });
}

async function fromRepository(options: ChangeOptions, deps: ReviewDeps): Promise<Subject> {
  const repository = await openRepository(deps.cwd);
  const { change, reader, attributes } = await repository.change(options);
  return { change, reader, attributes };
}

/** A diff alone: context is what the diff carries, and what the repository around it has where there is one. */
async function fromDiff(source: string, deps: ReviewDeps): Promise<Subject> {
  const text = source === '-' ? await deps.io.readStdin() : await readDiff(resolve(deps.cwd, source));
  const change: ChangeSet = { mode: 'change', files: parseUnifiedDiff(text), base: null, head: source === '-' ? 'standard input' : source };
  const repository = await openRepository(deps.cwd).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  if (repository === null) return { change, reader: noReader, attributes: null };
  return { change, reader: repository.worktreeReader(), attributes: await repository.attributes() };
}

const noReader: CodeReader = { read: () => Promise.resolve(null), prefetch: () => Promise.resolve() };

async function readDiff(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`there is no diff to read at ${path}`, {
      hint: 'Give the path of a unified diff, or - for standard input.',
      cause,
    });
  }
}
