import { eachLine, type Rule } from '../rule.ts';

const ON = /^\s*(export\s+)?["']?((FLASK|APP|DJANGO|RAILS|SYMFONY|WP)_)?DEBUG["']?\s*[=:]\s*["']?(true|1|on|yes)["']?\s*([#;].*)?$/i;
const PRODUCTION = /(^|[/._-])prod(uction)?([/._-]|$)/i;

/** Debug output in the settings of a production system: errors tell visitors how it is built. */
export const debugSettings: Rule = {
  id: 'debug-settings',
  cwe: 'CWE-489',
  title: 'Debug mode is on',
  onText: eachLine(['ini', 'toml'], (line, at, report, { path }) => {
    if (!PRODUCTION.test(path) || !ON.test(line)) return;
    const message = 'Debug mode is on in what looks like the settings of a production system.';
    report({ at, severity: 'low', confidence: 0.6, message, fix: 'Turn it off there, and on in the settings of development.' });
  }),
};
