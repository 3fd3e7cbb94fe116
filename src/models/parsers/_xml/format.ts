import type { Severity } from '#model/severity.ts';
import type { XmlElement } from './xml-element.ts';

/** How a kind of report says what a finding is. */
export interface XmlFormat {
  readonly root: string;
  /** Name of the element that is a finding, wherever it stands. */
  readonly item: string;
  /** Sources of each member of a claim; the first that says something holds. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Words for severities that are this format's own. */
  readonly severities: Readonly<Record<string, Severity>>;
  /** What an element is about: a finding, the tool itself, or code that it could not read. */
  judge(element: XmlElement): 'finding' | 'note' | 'fault' | 'nothing';
}

/** Checks of cppcheck that tell of code which it could not read, or not in full. */
const CPPCHECK_FAULTS =
  /^(?:syntaxError|internalError|internalAstError|cppcheckError|unknownMacro|preprocessorErrorDirective|noValidConfiguration)$/;

/**
 * https://cppcheck.sourceforge.io/manual.html#xml-output: severities `information` and `debug` tell of the
 * configuration, never of the code.
 */
const cppcheck: XmlFormat = {
  root: 'results',
  item: 'error',
  fields: {
    path: ['location@file'],
    line: ['location@line'],
    severity: ['@severity'],
    cwe: ['@cwe'],
    title: ['@id'],
    message: ['@verbose', '@msg'],
  },
  severities: { style: 'low', portability: 'low', performance: 'info' },
  judge(element) {
    if (element.name !== 'error') return 'nothing';
    if (CPPCHECK_FAULTS.test(element.attributes['id'] ?? '')) return 'fault';
    return /^(?:information|debug|none|internal)$/.test(element.attributes['severity'] ?? '') ? 'note' : 'finding';
  },
};

/** The form of Checkstyle's reports, which many linters print: `file` elements with `error` elements in them. */
const checkstyle: XmlFormat = {
  root: 'checkstyle',
  item: 'error',
  fields: { path: ['../@name'], line: ['@line'], severity: ['@severity'], rule: ['@source'], message: ['@message'] },
  severities: {},
  judge: ({ name }) => (name === 'error' ? 'finding' : name === 'exception' ? 'fault' : 'nothing'),
};

export const KNOWN_FORMATS: readonly XmlFormat[] = [cppcheck, checkstyle];
