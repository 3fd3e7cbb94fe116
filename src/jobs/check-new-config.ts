import { type ConfigLayer, formatProblem, type ReviewConfig } from '#config/read-config.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { CheckAnnotation } from '#model/publication.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { ConfigNotes } from './context.ts';

interface CheckDeps {
  readonly reader: Pick<CodeReader, 'read'>;
  /** Files of the repository that configure it, the nearest first. */
  readonly files: readonly string[];
  /** What the base and the owner say, the nearest first. */
  readonly layers: readonly ConfigLayer[];
  read(layers: readonly ConfigLayer[]): ReviewConfig;
  /** Throws `ConfigError` for a configuration that cannot be used. */
  resolve(config: ReviewConfig): Promise<unknown>;
}

/** A note for each would push the rest of a summary away; annotations have them all. */
const MOST_NOTED = 10;

const NOTHING: ConfigNotes = { notes: [], annotations: [] };

/**
 * What is to be said of a change that touches the configuration: it holds from the merge on. A version that would be broken
 * is told with every problem and its line, while that of the base is used.
 */
export async function checkNewConfig(change: ChangeSet, deps: CheckDeps): Promise<ConfigNotes> {
  const fates = deps.files.flatMap((file) => fateOf(file, change));
  if (fates.length === 0) return NOTHING;
  const announced = fates.map(({ file, gone }) => `This change ${gone ? 'removes' : 'edits'} ${file}; that takes effect after the merge.`);

  const head = await readHead(fates, deps);
  const unread = fates.filter(({ file, gone }) => !gone && !head.some(({ source }) => source === file));
  if (unread.length > 0) {
    const sentences = unread.map(({ file }) => `The new ${file} cannot be read: it is no text file, or too large.`);
    return { notes: [...announced, ...sentences], annotations: [] };
  }
  const config = deps.read(head);
  try {
    await deps.resolve(config);
    return { notes: announced, annotations: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => ({ source: error.source, ...problem }));
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const broken = `After the merge the configuration would have ${count} and no change would be reviewed; until then the base's is used.`;
    return {
      notes: [...announced, broken, ...listed(problems)],
      annotations: problems.flatMap((problem) => annotate(problem, deps.files, head)),
    };
  }
}

interface Fate {
  readonly file: string;
  /** The head has it no more. */
  readonly gone: boolean;
}

/** What the change does to a file; nothing where it leaves it alone. */
function fateOf(file: string, { files }: ChangeSet): Fate[] {
  const itself = files.find(({ path }) => path === file);
  if (itself !== undefined) return [{ file, gone: itself.status === 'deleted' }];
  return files.some(({ oldPath, status }) => oldPath === file && status === 'renamed') ? [{ file, gone: true }] : [];
}

/** The layers as they would be after the merge. A file that cannot be read is left out. */
async function readHead(fates: readonly Fate[], { files, layers, reader }: CheckDeps): Promise<ConfigLayer[]> {
  const own = await Promise.all(
    files.map(async (source) => {
      const fate = fates.find(({ file }) => file === source);
      if (fate === undefined) return layers.filter((layer) => layer.source === source);
      const text = fate.gone ? null : await reader.read(source);
      return text === null ? [] : [{ source, text }];
    }),
  );
  return [...own.flat(), ...layers.filter(({ source }) => !files.includes(source))];
}

function listed(problems: readonly (ConfigProblem & { readonly source: string })[]): string[] {
  const told = problems.slice(0, MOST_NOTED).map((problem) => sentence(formatProblem(problem.source, problem)));
  const more = problems.length - told.length;
  return more > 0 ? [...told, `… and ${more} more; the check lists them.`] : told;
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Problems of the owner's file have no line in this repository. */
function annotate(
  { source, line, key, message }: ConfigProblem & { readonly source: string },
  files: readonly string[],
  head: readonly ConfigLayer[],
): CheckAnnotation[] {
  if (!files.includes(source) || !head.some((layer) => layer.source === source)) return [];
  const title = 'A problem of the configuration';
  return [
    { path: source, startLine: line, endLine: line, severity: 'medium', title, message: `${key === '' ? '' : `${key}: `}${message}` },
  ];
}
