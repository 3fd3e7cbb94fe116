import { eachLine, type Rule, type TextSource } from '../rule.ts';

const ANYWHERE =
  /\b(cidr_blocks|ipv6_cidr_blocks|source_ranges|cidr_ipv4|cidr_ipv6|source_address_prefix)\s*=\s*(\[[^\]]*)?"(0\.0\.0\.0\/0|::\/0|\*)"/;
const REMOTE_ACCESS = /\b(from_port|to_port|ports|destination_port_range)\s*=\s*(\[[^\]]*)?"?(22|3389)\b/;
const PUBLIC = /^\s*acl\s*=\s*"public-read(-write)?"/;
const UNENCRYPTED = /^\s*(storage_)?encrypted\s*=\s*false\b/;

/** Resources in Terraform that are open to the internet, or kept unencrypted. */
export const cloudResources: Rule = {
  id: 'cloud-resources',
  cwe: 'CWE-284',
  title: 'Resource that is open to everybody',
  onText: eachLine(['terraform'], (line, at, report, source) => {
    if (ANYWHERE.test(line) && blockOf(source, at.line).some((near) => REMOTE_ACCESS.test(near))) {
      const message = 'Remote access (SSH or RDP) is open to every address of the internet.';
      report({
        at,
        severity: 'high',
        confidence: 0.7,
        message,
        fix: 'Allow the addresses that need it only, or go through a bastion or VPN.',
      });
    }
    if (PUBLIC.test(line)) {
      const message = 'Everybody on the internet may read what the bucket holds.';
      report({ at, severity: 'medium', confidence: 0.6, message, fix: 'Use `private`, and publish single objects through a policy.' });
    }
    if (UNENCRYPTED.test(line)) {
      const weakness = { cwe: 'CWE-311', title: 'Missing encryption of sensitive data' };
      report({ at, ...weakness, severity: 'low', confidence: 0.6, message: 'The storage is not encrypted.', fix: 'Set it to `true`.' });
    }
  }),
};

const MAX_BLOCK = 15;

/** The lines of the innermost block around a line. */
function blockOf({ lines }: TextSource, line: number): readonly string[] {
  let [from, to] = [line - 1, line - 1];
  while (from > 0 && line - from < MAX_BLOCK && !/\{\s*$/.test(lines[from] ?? '')) from -= 1;
  while (to < lines.length && to - line < MAX_BLOCK && !/^\s*\}/.test(lines[to] ?? '')) to += 1;
  return lines.slice(from, to + 1).filter((text) => !/egress/.test(lines[from] ?? '') && text !== '');
}
