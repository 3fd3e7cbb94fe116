import type { Rule } from './rule.ts';
import { catastrophicRegex } from './rules/catastrophic-regex.ts';
import { cloudPolicy } from './rules/cloud-policy.ts';
import { cloudResources } from './rules/cloud-resources.ts';
import { codeInjection } from './rules/code-injection.ts';
import { commandInjection } from './rules/command-injection.ts';
import { container } from './rules/container.ts';
import { cookieFlags } from './rules/cookie-flags.ts';
import { crossOrigin } from './rules/cross-origin.ts';
import { crossSiteScripting } from './rules/cross-site-scripting.ts';
import { debugMode } from './rules/debug-mode.ts';
import { debugSettings } from './rules/debug-settings.ts';
import { hardCodedKey } from './rules/hard-coded-key.ts';
import { hardCodedSecret } from './rules/hard-coded-secret.ts';
import { insecureRandomness } from './rules/insecure-randomness.ts';
import { jsonWebToken } from './rules/json-web-token.ts';
import { nosqlInjection } from './rules/nosql-injection.ts';
import { openRedirect } from './rules/open-redirect.ts';
import { packageSource } from './rules/package-source.ts';
import { pageSource } from './rules/page-source.ts';
import { pathTraversal } from './rules/path-traversal.ts';
import { pipedDownload } from './rules/piped-download.ts';
import { prototypePollution } from './rules/prototype-pollution.ts';
import { requestForgery } from './rules/request-forgery.ts';
import { shellScript } from './rules/shell-script.ts';
import { sqlInjection } from './rules/sql-injection.ts';
import { templateInjection } from './rules/template-injection.ts';
import { temporaryFile } from './rules/temporary-file.ts';
import { tlsConfiguration } from './rules/tls-configuration.ts';
import { tlsVerification } from './rules/tls-verification.ts';
import { unsafeDeserialization } from './rules/unsafe-deserialization.ts';
import { weakCryptography } from './rules/weak-cryptography.ts';
import { weakHash } from './rules/weak-hash.ts';
import { workflow } from './rules/workflow.ts';
import { xmlExternalEntities } from './rules/xml-external-entities.ts';

/** Every rule of `builtin/patterns`. A new one is a file in `rules/` and a line here. */
export const RULES: readonly Rule[] = [
  sqlInjection,
  nosqlInjection,
  commandInjection,
  codeInjection,
  templateInjection,
  pathTraversal,
  crossSiteScripting,
  requestForgery,
  openRedirect,
  unsafeDeserialization,
  prototypePollution,
  weakCryptography,
  weakHash,
  insecureRandomness,
  hardCodedSecret,
  hardCodedKey,
  tlsVerification,
  xmlExternalEntities,
  jsonWebToken,
  crossOrigin,
  catastrophicRegex,
  temporaryFile,
  debugMode,
  cookieFlags,
  workflow,
  container,
  cloudPolicy,
  cloudResources,
  pipedDownload,
  packageSource,
  tlsConfiguration,
  debugSettings,
  pageSource,
  shellScript,
];
