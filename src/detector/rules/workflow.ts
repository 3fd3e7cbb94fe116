import type { Report, Rule, TextSource } from '../rule.ts';

/**
 * What strangers write on GitHub and workflows read.
 * https://docs.github.com/en/actions/concepts/security/script-injections
 */
const UNTRUSTED =
  /\$\{\{[^}]{0,80}(github\.event\.(issue\.(title|body)|pull_request\.(title|body|head\.(ref|label|repo\.default_branch))|comment\.body|review\.body|review_comment\.body|discussion\.(title|body)|head_commit\.(message|author\.(name|email))|commits\S{0,20}\.(message|author\.(name|email))|pages\S{0,20}\.page_name|workflow_run\.(head_branch|head_commit\.message|pull_requests\S{0,20}\.head\.ref))|github\.head_ref)\b/;

/** GitHub workflows that run what strangers write, or that hand them the repository's rights. */
export const workflow: Rule = {
  id: 'workflow',
  cwe: 'CWE-78',
  title: 'Script injection in a workflow',
  onText(source, report) {
    if (source.language !== 'yaml' || !/(^|\/)(\.github\/workflows\/[^/]+|action)\.ya?ml$/.test(source.path)) return;
    inspectScripts(source, report);
    inspectRights(source, report);
  },
};

function inspectScripts(source: TextSource, report: Report): void {
  let scriptIndent = -1;
  for (const [index, line] of source.lines.entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (scriptIndent >= 0 && indent <= scriptIndent) scriptIndent = -1;
    const start = /^(\s*(?:-\s+)?)(run|script):(.*)$/.exec(line);
    if (start) scriptIndent = start[1]?.length ?? 0;
    if (scriptIndent < 0 || !UNTRUSTED.test(line)) continue;
    report({
      at: { line: index + 1, endLine: index + 1 },
      severity: 'high',
      confidence: 0.85,
      message: `\`${UNTRUSTED.exec(line)?.[1]}\` is put into a script before the shell reads it, and anybody can choose it.`,
      fix: 'Hand it over as an environment variable (`env:`) and use the variable, quoted, in the script.',
    });
  }
}

function inspectRights(source: TextSource, report: Report): void {
  const foreign = source.lines.some((line) => /^(?!\s*#)\s*(on:|['"]on['"]:)?\s*[-[]?(.*\s)?pull_request_target\b/.test(line));
  for (const [index, line] of source.lines.entries()) {
    const at = { line: index + 1, endLine: index + 1 };
    if (/^\s*permissions:\s*write-all\s*(#.*)?$/.test(line)) {
      report({
        at,
        cwe: 'CWE-732',
        title: 'Workflow with all rights',
        severity: 'medium',
        confidence: 0.7,
        message: 'Every step of the workflow may write to everything in the repository.',
        fix: 'Name the few rights that the workflow needs.',
      });
    }
    if (foreign && /^\s*ref:.*github\.(event\.pull_request\.head\.(sha|ref)|head_ref)/.test(line)) {
      report({
        at,
        cwe: 'CWE-829',
        title: 'Untrusted checkout with the repository’s rights',
        severity: 'high',
        confidence: 0.75,
        message:
          'A `pull_request_target` workflow checks out the code of the pull request, and runs it with the secrets of the repository.',
        fix: 'Use `pull_request` for code that is built or tested, and keep secrets out of that job.',
      });
    }
  }
}
