import { type Fields, firstOf, readWords, valuesOf } from '#lib/fields.ts';
import { findCwe, readConfidence, readCwe, readSeverity } from '#lib/read-scales.ts';
import type { Claim } from '#model/candidate.ts';
import type { Severity } from '#model/severity.ts';
import { cleanMessage, cleanOrNull, cleanTitle, firstSentence, MAX_TEXT } from './clean-text.ts';
import { readPlace } from './read-place.ts';

const CWES = ['cwe', 'cweid', 'cwes', 'cweids', 'cwenumber', 'weaknessid', 'issuecwe'];
const NAMES = [
  'title',
  'name',
  'vulnerability',
  'vulnerabilityname',
  'vulnerabilitytype',
  'vulntype',
  'issuetype',
  'issue',
  'weakness',
  'type',
  'category',
  'rule',
  'rulename',
  'ruleid',
  'checkid',
  'headline',
  'kind',
  'testname',
];
const MESSAGES = [
  'message',
  'description',
  'explanation',
  'details',
  'detail',
  'reason',
  'reasoning',
  'rationale',
  'impact',
  'analysis',
  'summary',
  'comment',
  'text',
  'body',
  'problem',
  'why',
  'issuetext',
  'issue',
];
const EVIDENCE = [
  'evidence',
  'code',
  'snippet',
  'codesnippet',
  'quote',
  'vulnerablecode',
  'affectedcode',
  'offendingcode',
  'offendingline',
  'codeline',
  'lineofcode',
  'vulnerableline',
  'linecontent',
  'linetext',
  'sourceline',
  'source',
];
const FIXES = [
  'fix',
  'recommendation',
  'recommendations',
  'remediation',
  'suggestion',
  'suggestedfix',
  'mitigation',
  'solution',
  'recommendedfix',
  'fixsuggestion',
  'howtofix',
  'advice',
  'patch',
];
const SEVERITIES = [
  'severity',
  'severitylevel',
  'level',
  'risk',
  'risklevel',
  'criticality',
  'priority',
  'impact',
  'cvss',
  'cvssscore',
  'issueseverity',
];
const CONFIDENCES = ['confidence', 'confidencescore', 'confidencelevel', 'certainty', 'probability', 'issueconfidence'];

/** Words that name the kind of thing and not the weakness. */
const GENERIC =
  /^(?:security|vulnerability|vulnerabilities|weakness|finding|issue|bug|error|warning|info|code|high|medium|low|critical|true|false|yes|no)$/i;
const NOTHING =
  /^(?:none|null|n\/?a|safe|secure|no (?:known |security |obvious |significant )?(?:issues?|vulnerabilit(?:y|ies)|findings?|weakness(?:es)?|problems?)(?: (?:was |were |is |are )?(?:found|detected|identified|present))?)\.?$/i;

/** Whether an element of a list of findings says that there is none: `{ "title": "No issues found" }`, `{ "vulnerable": false }`. */
export function saysNone(fields: Fields): boolean {
  const flag = firstOf(
    fields,
    [
      'vulnerable',
      'isvulnerable',
      'hasvulnerability',
      'hasvulnerabilities',
      'isvulnerability',
      'vulnerabilityfound',
      'vulnerabilitiesfound',
      'hasissues',
      'issuesfound',
    ],
    (value) => (typeof value === 'boolean' ? value : typeof value === 'string' && /^(?:false|no)$/i.test(value.trim()) ? false : null),
  );
  if (flag !== null) return !flag;
  const name = valuesOf(fields, NAMES).find((value) => typeof value === 'string');
  return (
    typeof name === 'string' && NOTHING.test(name.trim()) && firstOf(fields, CWES, readCwe) === null && readPlace(fields).startLine === null
  );
}

/** Whether an object on its own reads like a finding: it names a weakness, and says where it is, how bad or why. */
export function looksLikeFinding(fields: Fields): boolean {
  if (fields.has('properties') || fields.has('schema')) return false;
  const named = firstOf(fields, CWES, readCwe) !== null || nameOf(fields) !== null;
  const said = firstOf(fields, MESSAGES, readWords) !== null;
  const rated = firstOf(fields, SEVERITIES, readSeverity) !== null;
  const placed = readPlace(fields).startLine !== null || firstOf(fields, EVIDENCE, readWords) !== null;
  return named ? said || rated || placed : said && (rated || placed);
}

/**
 * A finding as a model wrote it; null when it names no weakness and says nothing. `path`: what its list is about;
 * `severity`: for a finding without one.
 */
export function readClaim(fields: Fields, path: string | null, severity: Severity = 'medium'): Claim | null {
  const name = nameOf(fields);
  const message = firstOf(fields, MESSAGES, readWords);
  const cwe =
    firstOf(fields, CWES, readCwe) ??
    findCwe(
      valuesOf(fields, [...NAMES, 'id', 'tags'])
        .flat()
        .slice(0, 40)
        .filter((value) => typeof value === 'string')
        .join('\n'),
    ) ??
    (message === null ? null : findCwe(message));
  if (name === null && message === null && cwe === null) return null;
  const place = readPlace(fields);
  const title = name ?? titleFromCwe(fields) ?? (message === null ? cwe : firstSentence(message)) ?? '';
  return {
    title: cleanTitle(title),
    cwe,
    severity: firstOf(fields, SEVERITIES, readSeverity) ?? severity,
    confidence: firstOf(fields, CONFIDENCES, readConfidence),
    path: place.path ?? path,
    startLine: place.startLine,
    endLine: place.endLine ?? place.startLine,
    evidence: readEvidence(fields),
    message: cleanMessage(message ?? title),
    fix: cleanOrNull(firstOf(fields, FIXES, readWords)),
  };
}

function nameOf(fields: Fields): string | null {
  const names = valuesOf(fields, NAMES).filter((value) => typeof value === 'string' && value.trim() !== '') as string[];
  return names.find((name) => !GENERIC.test(name.trim())) ?? null;
}

/** `CWE-89: SQL Injection` → `SQL Injection`. */
function titleFromCwe(fields: Fields): string | null {
  return firstOf(fields, CWES, (value) => {
    const words =
      (readWords(value) ?? '')
        .replace(/^[^a-z]*(?:cwe[\s:_/#-]{0,3})?\d{0,5}[\s:.()–—-]*/i, '')
        .split('\n', 1)[0]
        ?.trim() ?? '';
    return /[a-z]{3}/i.test(words) && !/^cwe/i.test(words) ? words.replace(/\)$/, '') : null;
  });
}

/** The quoted code, without a fence around it; a `line` that holds code and no number is a quote, too. */
function readEvidence(fields: Fields): string | null {
  const quoted =
    firstOf(fields, EVIDENCE, readWords) ??
    firstOf(fields, ['line', 'lines'], (value) =>
      typeof value === 'string' && readPlace(new Map([['line', value]])).startLine === null ? value : null,
    );
  if (quoted === null) return null;
  const unfenced = quoted
    .slice(0, MAX_TEXT)
    .replace(/^\s*```[\w+-]{0,20}[ \t]*\n/, '')
    .replace(/\n[ \t]*```\s*$/, '');
  const bare = /^\s*`([^`]+)`\s*$/.exec(unfenced)?.[1] ?? unfenced;
  return cleanOrNull(bare);
}
