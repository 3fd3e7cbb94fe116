import { eachLine, type Rule } from '../rule.ts';

/** Switches of tools and settings, as their manuals name them. */
const OFF =
  /\bcurl\b[^|;&\n]{0,200}\s(-[a-zA-Z]*k[a-zA-Z]*|--insecure)\b|\bwget\b[^|;&\n]{0,200}--no-check-certificate|\bgit\b.{0,60}http\.sslVerify[\s=]+["']?(false|0)|\bnpm\s+(config\s+)?set\s+strict-ssl[\s=]+false|NODE_TLS_REJECT_UNAUTHORIZED["']?\s*[=:]\s*["']?0|\b(PYTHONHTTPSVERIFY|GIT_SSL_NO_VERIFY=1|GIT_SSL_NO_VERIFY=true)\b(["']?\s*[=:]\s*["']?0)?/;
const SETTING =
  /^\s*["']?(strict-ssl|strictSSL|verify[_-]ssl|ssl[_-]?verify|sslverify|verify[_-]certs?|validate_certs|tls_verify|check_hostname|rejectUnauthorized)["']?\s*[=:]\s*["']?(false|no|off|0|none)["']?\s*([#;,].*)?$/i;
const UNCHECKED = /\b(insecure_skip_verify|InsecureSkipVerify|tls_skip_verify|skip_tls_verify)\s*[=:]\s*true\b/;
const TRUSTED_HOST = /(^|\s)--trusted-host[\s=]+(?!localhost\b|127\.0\.0\.1)|^\s*trusted-host\s*=\s*(?!localhost\b|127\.0\.0\.1)\S/;

/** Settings and scripts that talk to whoever answers. */
export const tlsConfiguration: Rule = {
  id: 'tls-verification-off-in-settings',
  cwe: 'CWE-295',
  title: 'Certificate validation is off',
  onText: eachLine(['dockerfile', 'yaml', 'json', 'shell', 'ini', 'toml', 'lockfile'], (line, at, report, { language }) => {
    const isSettings = language === 'ini' || language === 'toml' || language === 'lockfile';
    const isHost = TRUSTED_HOST.test(line);
    if (!isHost && !isOff(line) && !(isSettings && (SETTING.test(line) || UNCHECKED.test(line)))) return;
    report({
      at,
      severity: isHost ? 'medium' : 'high',
      confidence: isHost ? 0.7 : 0.8,
      message: 'The line turns certificate checks off, so anybody in between can read and change what is sent.',
      fix: 'Leave the checks on and install the right CA where a private one is used.',
    });
  }),
};

function isOff(line: string): boolean {
  const found = OFF.exec(line)?.[0];
  return found !== undefined && found !== 'PYTHONHTTPSVERIFY' && !/https?:\/\/(localhost|127\.0\.0\.1)\b/.test(line);
}
