import type { Claim } from '#model/candidate.ts';
import type { Language } from '#model/language.ts';
import { readProgram } from '#syntax/program.ts';
import { FIXTURE_PATH } from './fixture-path.ts';
import { type FollowedProgram, followProgram } from './flow/follow.ts';
import type { Observer } from './flow/observer.ts';
import type { Taint } from './flow/value.ts';
import type { Report, Rule, Sighting } from './rule.ts';
import { RULES } from './rules.ts';
import { nameSource, weigh, worstOf } from './weigh.ts';

export interface Detection {
  /** Lines are 1-based, of the text given. At most one claim for each weakness and line. */
  readonly claims: readonly Claim[];
  /** What of the text was not looked at, as a clause; null when all was. */
  readonly unread: string | null;
}

interface Source {
  readonly path: string;
  readonly language: Language | null;
  readonly text: string;
  /** True where the text is only what a diff shows of the file: what it exports may stand elsewhere. */
  readonly isPiece?: boolean;
}

/** Looks for weaknesses in one text. Never throws on code, however broken; the time is bounded by the text's length. */
export function detectWeaknesses(source: Source): Detection {
  const lines = source.text.split(/\r?\n/);
  const seen: { rule: Rule; sighting: Sighting }[] = [];
  const reporter =
    (rule: Rule): Report =>
    (sighting) =>
      void seen.push({ rule, sighting });
  for (const rule of RULES) rule.onText?.({ path: source.path, language: source.language, lines }, reporter(rule));
  const program = source.language === null ? null : readProgram(source.text, source.language);
  const followed = program === null ? null : follow({ ...program, isPiece: source.isPiece === true }, source.path, reporter);
  const resolve = followed?.resolve ?? ((taints: readonly Taint[]) => taints);
  const claims = seen.flatMap(({ rule, sighting }) => toClaim(rule, sighting, resolve, { path: source.path, lines }) ?? []);
  const unfinished = followed?.finished === false ? 'following the data of the file took too many steps, so the rest was left out' : null;
  return { claims: bestOfEachLine(claims), unread: program?.cut ?? unfinished };
}

type Reporter = (rule: Rule) => Report;

function follow(program: FollowedProgram, path: string, reporter: Reporter): ReturnType<typeof followProgram> {
  const isFixture = FIXTURE_PATH.test(path);
  const rules = RULES.filter(
    (rule) => (rule.dialect === undefined || rule.dialect === program.dialect) && !(rule.notInFixtures && isFixture),
  );
  const reports = new Map(rules.map((rule) => [rule, reporter(rule)]));
  const tell = (act: (rule: Rule, report: Report) => void) => {
    for (const [rule, report] of reports) act(rule, report);
  };
  const observer: Observer = {
    onCall: (site) => tell((rule, report) => rule.onCall?.(site, report)),
    onWrite: (site) => tell((rule, report) => rule.onWrite?.(site, report)),
    onEntry: (site) => tell((rule, report) => rule.onEntry?.(site, report)),
    onAssign: (site) => tell((rule, report) => rule.onAssign?.(site, report)),
    onReturn: (site) => tell((rule, report) => rule.onReturn?.(site, report)),
    onFunction: (fn) => tell((rule, report) => rule.onFunction?.(fn, report)),
  };
  return followProgram(program, observer);
}

/** Null where none of the sources is in anybody's hands after all. */
function toClaim(
  rule: Rule,
  sighting: Sighting,
  resolve: (taints: readonly Taint[]) => readonly Taint[],
  file: { path: string; lines: readonly string[] },
): Claim | null {
  const { at } = sighting;
  let { severity, confidence, message } = sighting;
  if (sighting.taints !== undefined) {
    const remote = (taint: Taint) => taint.source.kind === 'request' || taint.source.kind === 'browser';
    const resolved = resolve(sighting.taints);
    const built = worstOf(resolved.filter((taint) => !sighting.onlyBuilt || taint.built || remote(taint)));
    const whole = sighting.whole === undefined ? undefined : worstOf(resolved.filter((taint) => taint.source.kind === 'param'));
    const worst = built ?? whole;
    if (worst === undefined) return null;
    ({ severity, confidence } = built === undefined ? (sighting.whole ?? sighting) : weigh(worst.source.kind, severity, confidence));
    message = message.replace('{source}', nameSource(worst));
  }
  return {
    title: sighting.title ?? rule.title,
    cwe: sighting.cwe ?? rule.cwe,
    severity,
    confidence,
    path: file.path,
    startLine: at.line,
    endLine: Math.min(at.endLine, at.line + MAX_CLAIM_LINES),
    evidence: clip((file.lines[at.line - 1] ?? '').trim()),
    message,
    fix: sighting.fix,
  };
}

/** A call that spans more lines than this is pointed at by its first ones. */
const MAX_CLAIM_LINES = 10;
const MAX_EVIDENCE = 400;

function clip(text: string): string {
  return text.length > MAX_EVIDENCE ? text.slice(0, MAX_EVIDENCE) : text;
}

function bestOfEachLine(claims: readonly Claim[]): readonly Claim[] {
  const best = new Map<string, Claim>();
  for (const claim of claims) {
    const key = `${claim.startLine} ${claim.cwe}`;
    const before = best.get(key);
    if (before === undefined || (claim.confidence ?? 0) > (before.confidence ?? 0)) best.set(key, claim);
  }
  return [...best.values()].sort((a, b) => (a.startLine ?? 0) - (b.startLine ?? 0));
}
