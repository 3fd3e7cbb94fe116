import { eachLine, type Rule } from '../rule.ts';

const ELSEWHERE = String.raw`=\s*["']?http:\/\/(?!localhost\b|127\.0\.0\.1\b|www\.w3\.org\/)`;
const SCRIPT = new RegExp(String.raw`<script\b[^>]{0,300}\bsrc\s*${ELSEWHERE}`, 'i');
const FORM = new RegExp(String.raw`<form\b[^>]{0,300}\baction\s*${ELSEWHERE}`, 'i');
/** What templates print without escaping it, where its name says that it comes from a visitor. */
const UNESCAPED =
  /(\{\{\{\s*|<%-\s*)(((req|request)\b|(query|params|body)[.[])[\w.[\]'"]*|user_?input)\s*(\}\}\}|%>)|\{\{\s*(request\.(args|form|GET|POST|values|cookies|params)|query|user_?input)\b[^{}|]{0,80}\|\s*safe\b/;

/** Pages that run what comes over an open line, or print what a visitor sent as it is. */
export const pageSource: Rule = {
  id: 'page-source',
  cwe: 'CWE-319',
  title: 'Page over an unencrypted connection',
  onText: eachLine(['html'], (line, at, report) => {
    if (SCRIPT.test(line)) {
      const message = 'The script comes over plain http, where anybody in between can change what it does.';
      report({ at, severity: 'medium', confidence: 0.7, message, fix: 'Load it over https, with an `integrity` attribute.' });
    }
    if (FORM.test(line)) {
      const message = 'The form is sent over plain http, where anybody in between can read it.';
      report({ at, severity: 'medium', confidence: 0.6, message, fix: 'Send it over https.' });
    }
    if (UNESCAPED.test(line)) {
      const message = 'The template prints what looks like a value of the request without escaping it.';
      const weakness = { cwe: 'CWE-79', title: 'Cross-site scripting' };
      report({ at, ...weakness, severity: 'low', confidence: 0.5, message, fix: 'Use the form of the template language that escapes.' });
    }
  }),
};
