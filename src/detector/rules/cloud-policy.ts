import type { Rule } from '../rule.ts';

/** A policy in JSON or YAML that allows everything to everybody. */
export const cloudPolicy: Rule = {
  id: 'cloud-policy',
  cwe: 'CWE-732',
  title: 'Policy that is open to everybody',
  onText(source, report) {
    if (source.language !== 'json' && source.language !== 'yaml') return;
    for (const [index, line] of source.lines.entries()) {
      if (line.length > 2_000 || !/Principal|Action/.test(line)) continue;
      const near = source.lines.slice(Math.max(0, index - 8), index + 9).join('\n');
      const allows = /"?Effect"?\s*:\s*"?Allow"?/.test(near);
      const at = { line: index + 1, endLine: index + 1 };
      if (
        allows &&
        /^\s*-?\s*"?Principal"?\s*:\s*("\*"|'\*'|\*|\{\s*"AWS"\s*:\s*"\*"\s*\})\s*,?\s*$/.test(line) &&
        !/Condition/.test(near)
      ) {
        report({
          at,
          severity: 'high',
          confidence: 0.7,
          message: 'The statement allows its actions to everybody on the internet.',
          fix: 'Name the accounts or roles that need it, or add a condition.',
        });
      }
      if (
        allows &&
        /^\s*-?\s*"?Action"?\s*:\s*("\*"|'\*'|\*|\[\s*"\*"\s*\])\s*,?\s*$/.test(line) &&
        /"?Resource"?\s*:\s*("\*"|'\*'|\*|\[\s*"\*"\s*\])/.test(near)
      ) {
        report({
          at,
          severity: 'medium',
          confidence: 0.65,
          message: 'The statement allows every action on every resource.',
          fix: 'List the actions and resources that are needed.',
        });
      }
    }
  },
};
