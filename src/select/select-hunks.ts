import { matchPaths } from '#lib/match-paths.ts';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import type { LedgerEntry, SkipCause } from '#model/coverage.ts';
import { isProse, languageOf } from '#model/language.ts';
import { readAttributes } from './git-attributes.ts';
import { generatedByContent, isMinified } from './known-content.ts';
import { generatedByName, isPicture, isVendored } from './known-paths.ts';

export interface SelectRules {
  /** Globs of `paths.include`; a file must match one. An empty list is no restriction. */
  readonly include: readonly string[];
  /** Globs of `paths.exclude`. */
  readonly exclude: readonly string[];
  /** `.gitattributes` at the root of the base revision, never of the head: a change must not exempt itself. */
  readonly attributes: string | null;
}

/**
 * Decides what is reviewed. Every hunk, and every change without hunks, is in `selected` or has exactly one entry in
 * `ledger`, with the reason. What the owner's rules say goes before what names and contents suggest.
 */
export function selectHunks(change: ChangeSet, rules: SelectRules): { selected: ChangedFile[]; ledger: LedgerEntry[] } {
  const judge = makeJudge(rules);
  const selected: ChangedFile[] = [];
  const ledger: LedgerEntry[] = [];
  for (const file of change.files) {
    const verdict = judge(file);
    if (verdict === null) {
      selected.push(file);
      continue;
    }
    const ids = file.hunks.length === 0 ? [null] : file.hunks.map((hunk) => hunk.id);
    for (const hunkId of ids) ledger.push({ path: file.path, hunkId, ...verdict });
  }
  return { selected, ledger };
}

type Verdict = Pick<LedgerEntry, 'status' | 'cause' | 'reason'>;

const skip = (cause: SkipCause, reason: string): Verdict => ({ status: 'skipped', cause, reason });
const notApplicable = (reason: string): Verdict => ({ status: 'not_applicable', cause: null, reason });

/** A judge answers null for a file that is to be reviewed. */
function makeJudge(rules: SelectRules): (file: ChangedFile) => Verdict | null {
  const included = rules.include.length === 0 ? () => true : matchPaths(rules.include);
  const excluded = matchPaths(rules.exclude);
  const attributesOf = readAttributes(rules.attributes ?? '');
  return (file) => {
    if (!included(file.path)) return skip('path-rule', 'no pattern of paths.include matches it');
    if (excluded(file.path)) return skip('path-rule', 'a pattern of paths.exclude matches it');
    const attributes = attributesOf(file.path);
    return (
      judgeKind(file) ?? judgeAttributes(attributes) ?? judgePath(file, attributes) ?? judgeHunks(file) ?? judgeContent(file, attributes)
    );
  };
}

function judgeKind(file: ChangedFile): Verdict | null {
  if (file.kind === 'submodule') return skip('submodule', 'a submodule: its commits are reviewed in its own repository');
  if (file.kind === 'symlink') return skip('symlink', 'a symbolic link');
  if (file.status === 'deleted') return skip('deleted', 'the file is deleted');
  if (file.kind === 'binary' && isPicture(file.path)) return notApplicable('a picture');
  if (file.kind === 'text' && isProse(file.path)) return notApplicable('prose');
  return null;
}

type Attributes = ReturnType<ReturnType<typeof readAttributes>>;

function judgeAttributes(attributes: Attributes): Verdict | null {
  if (attributes['linguist-vendored'] === true) return skip('vendored', '.gitattributes of the base: linguist-vendored');
  if (attributes['linguist-generated'] === true) return skip('generated', '.gitattributes of the base: linguist-generated');
  if (attributes['diff'] === false) return skip('binary', '.gitattributes of the base: binary or -diff');
  return null;
}

function judgePath(file: ChangedFile, attributes: Attributes): Verdict | null {
  if (attributes['linguist-vendored'] !== false && isVendored(file.path)) return skip('vendored', 'third-party code, by its folder');
  if (attributes['linguist-generated'] === false) return null;
  return generatedByName(file.path);
}

function judgeHunks(file: ChangedFile): Verdict | null {
  if (file.kind === 'binary') return judgeBinary(file.path);
  if (file.missing !== null) return skip('fault', `its lines could not be read: ${file.missing}`);
  if (file.hunks.length > 0) return null;
  if (file.status === 'mode-changed') return skip('mode-only', `only its mode changed: ${file.oldMode} to ${file.newMode}`);
  return notApplicable(file.status === 'added' ? 'the file is empty' : 'no line of it changed');
}

/**
 * Program text in UTF-16, or with a NUL put into it, is binary to git and runs all the same: nobody has read it, so
 * the scan must not pass.
 */
function judgeBinary(path: string): Verdict {
  const language = languageOf(path);
  if (language === null || language === 'text') return skip('binary', 'binary, by its content');
  return skip('fault', `binary by its content, but ${language} by its name: it holds NUL bytes or is not UTF-8`);
}

function judgeContent(file: ChangedFile, attributes: Attributes): Verdict | null {
  if (isMinified(file)) return skip('minified', 'minified, by its content');
  if (attributes['linguist-generated'] !== false && generatedByContent(file)) return skip('generated', 'generated, as its head says');
  return null;
}
