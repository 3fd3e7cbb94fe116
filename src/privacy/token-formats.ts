/**
 * Forms of tokens that the rules of secretlint leave out, or ask more of than a part of a file has. Each is matched from a
 * fixed beginning with bounded parts.
 */
export const TOKEN_FORMATS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  {
    pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g,
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids',
  },
  { pattern: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,247}\b/g, source: 'https://docs.stripe.com/keys' },
  { pattern: /\bwhsec_[A-Za-z0-9+/=]{24,200}/g, source: 'https://docs.stripe.com/webhooks/signature' },
  { pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g, source: 'https://cloud.google.com/docs/authentication/api-keys' },
  { pattern: /\bsk-[A-Za-z0-9_-]{20,250}(?![A-Za-z0-9_-])/g, source: 'https://platform.openai.com/docs/api-reference/authentication' },
  {
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})(?![A-Za-z0-9_])/g,
    source:
      'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats',
  },
  { pattern: /\bglpat-[A-Za-z0-9_.-]{20,300}/g, source: 'https://docs.gitlab.com/security/tokens/#token-prefixes' },
  { pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g, source: 'https://docs.slack.dev/authentication/tokens' },
  { pattern: /\bnpm_[A-Za-z0-9]{36}\b/g, source: 'https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format' },
  { pattern: /\bhf_[A-Za-z0-9]{30,60}\b/g, source: 'https://huggingface.co/docs/hub/security-tokens' },
  // A JSON Web Token: header and claims are Base64 of `{"…`. RFC 7519.
  {
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}(?:\.[A-Za-z0-9_-]{0,2000})?/g,
    source: 'https://www.rfc-editor.org/rfc/rfc7519',
  },
];

/** Places of secrets that have no form of their own: the first group is what stands there, if only a word such as `password`. */
export const IN_CONTEXT: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  // The password of a URL.
  {
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'`<>{}$]{0,100}:([^\s@/"'`<>{}$]{3,200})@[\w.[-]/gi,
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
  },
  {
    pattern: /\bAuthorization["']?\s{0,5}[:=,]\s{0,5}["'`]?(?:Bearer|Basic|token)\s{1,3}([A-Za-z0-9._~+/=-]{12,2000})/gi,
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-2.1',
  },
  // A part of a connection string or of the query of a URL.
  {
    pattern:
      /[;?&"'`](?:password|passwd|pwd|accountkey|sharedaccesskey|secret|client_?secret|token|access_?token|api_?key|sig)=([^\s;&"'`<>{}$()#]{6,500})(?=[\s;&"'`#]|$)/gi,
    source: 'https://learn.microsoft.com/dotnet/framework/data/adonet/connection-strings',
  },
  // An element of XML, and a setting whose name is an attribute.
  {
    pattern: /(?:password|passwd|pwd|secret|token|api-?key)>([^<>\s{}$]{6,500})<\//gi,
    source: 'https://maven.apache.org/settings.html#servers',
  },
  {
    pattern:
      /\b(?:key|name)=["'][^"'\r\n]{0,100}(?:password|passwd|pwd|secret|token|api-?key)["']\s{1,9}value=["']([^"'\s<>{}$]{6,500})["']/gi,
    source: 'https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/appsettings/',
  },
  {
    pattern: /:_(?:authToken|auth|password)\s{0,3}=\s{0,3}["']?([^\s"'{}$]{6,500})/g,
    source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration',
  },
  {
    pattern: /\bcurl\s[^\r\n]{0,300}?(?:-u|--user)[ =]{1,3}["']?[^\s:"'`$]{1,100}:([^\s"'`$]{3,200})/g,
    source: 'https://curl.se/docs/manpage.html#-u',
  },
  {
    pattern: /^\s{0,20}ENV\s{1,9}\w{0,60}(?:password|passwd|secret|token|key)\w{0,40}\s{1,9}["']?([^\s"'$]{6,500})/gim,
    source: 'https://docs.docker.com/reference/dockerfile/#env',
  },
];
