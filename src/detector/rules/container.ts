import type { Report, Rule } from '../rule.ts';

/** Images and deployments that give away more than they need. */
export const container: Rule = {
  id: 'container',
  cwe: 'CWE-250',
  title: 'Container with too many rights',
  onText(source, report) {
    const isDockerfile = source.language === 'dockerfile';
    if (!isDockerfile && source.language !== 'yaml') return;
    for (const [index, line] of source.lines.entries()) {
      if (line.length > 2_000 || /^\s*(#|\/\/)/.test(line)) continue;
      const at = { line: index + 1, endLine: index + 1 };
      if (isDockerfile) inspectDockerfile(line, at, report);
      else inspectDeployment(line, at, report);
    }
  },
};

type At = { readonly line: number; readonly endLine: number };

function inspectDockerfile(line: string, at: At, report: Report): void {
  if (/^\s*ADD\s+(--\S+\s+)*https?:\/\//i.test(line) && !/--checksum=/.test(line)) {
    const title = 'Download of code without an integrity check';
    report({
      at,
      cwe: 'CWE-494',
      title,
      severity: 'low',
      confidence: 0.6,
      message: '`ADD` takes what the address serves at build time, without a check of what it is.',
      fix: 'Give `ADD` a `--checksum`.',
    });
  }
  if (
    /^\s*(ENV|ARG)\s+\w*(PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*\s*[= ]\s*["']?[^\s"'$]{6,}/i.test(line) &&
    !/change|example|placeholder|xxx|your|_file\b/i.test(line)
  ) {
    report({
      at,
      cwe: 'CWE-798',
      title: 'Hard-coded credential',
      severity: 'medium',
      confidence: 0.65,
      message: 'The value stays in the image and in its history for everybody who can pull it.',
      fix: 'Use a build secret (`RUN --mount=type=secret`) or give it at run time.',
    });
  }
  if (/^\s*RUN\b.*\bchmod\s+(-R\s+)?0?777\b/.test(line)) {
    report({
      at,
      cwe: 'CWE-732',
      title: 'Files that everybody may write',
      severity: 'low',
      confidence: 0.6,
      message: 'Every user in the container may change these files.',
      fix: 'Give write access to the user of the service only.',
    });
  }
}

function inspectDeployment(line: string, at: At, report: Report): void {
  if (/^\s*(-\s*)?privileged:\s*["']?true\b/.test(line)) {
    report({
      at,
      severity: 'high',
      confidence: 0.75,
      message: 'A privileged container has the rights of the host.',
      fix: 'Take `privileged` out and add the one capability that is needed.',
    });
  }
  if (/^\s*-\s*["']?\/var\/run\/docker\.sock:/.test(line) || /^\s*path:\s*["']?\/var\/run\/docker\.sock/.test(line)) {
    report({
      at,
      severity: 'medium',
      confidence: 0.6,
      message: 'Who reaches the Docker socket rules the host.',
      fix: 'Do without the socket, or put a filtering proxy in front of it.',
    });
  }
  if (/^\s*(hostNetwork|hostPID|hostIPC):\s*true\b/.test(line)) {
    report({
      at,
      severity: 'medium',
      confidence: 0.6,
      message: 'The container shares a name space with the host.',
      fix: 'Take it out unless the workload cannot do without.',
    });
  }
  if (/^\s*allowPrivilegeEscalation:\s*true\b/.test(line)) {
    report({
      at,
      severity: 'low',
      confidence: 0.6,
      message: 'A process in the container may gain more rights than it started with.',
      fix: 'Set it to `false`.',
    });
  }
}
