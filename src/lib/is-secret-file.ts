/** Names of files that hold keys and passwords by custom. */
const SECRET_FILES: readonly RegExp[] = [
  /^\.env(?:[.-].*)?$|\.env$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|tfstate|tfvars)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:[._-].*)?$/,
  /^\.(?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials|dockercfg)$/,
  /^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|xml|properties))?$/,
];
/** Folders in which programs keep their keys. */
const SECRET_FOLDERS = new Set(['.git', '.ssh', '.aws', '.gnupg', '.kube', '.docker', '.azure']);

/** True for a file that a person would not want in a prompt that nobody asked about it for: told by its name alone. */
export function isSecretFile(path: string): boolean {
  const parts = path.toLowerCase().split(/[/\\]/);
  const name = parts.at(-1) ?? '';
  return parts.slice(0, -1).some((folder) => SECRET_FOLDERS.has(folder)) || SECRET_FILES.some((pattern) => pattern.test(name));
}
