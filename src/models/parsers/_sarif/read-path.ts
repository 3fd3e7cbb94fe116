import type { SarifArtifactLocation, SarifRun } from './log-schema.ts';

/** Bases refer to bases; a chain that is longer is a circle. */
const MAX_BASES = 8;

/**
 * The path of an artifact as Git would name it: percent-encoding undone, `/` between folders, no `./` before. What an
 * absolute base says of where the checkout lay is left out; a base below the checkout (`lib/`) is kept. Null where the
 * location names no file.
 */
export function readPath(location: SarifArtifactLocation, run: SarifRun): string | null {
  const own = location?.uri ?? run.artifacts?.[location?.index ?? -1]?.location?.uri;
  const baseId = location?.uriBaseId ?? run.artifacts?.[location?.index ?? -1]?.location?.uriBaseId;
  if (own == null || own.trim() === '') return null;
  const uri = decode(own.trim());
  if (isAbsolute(uri)) return withoutRoot(uri, run);
  const path = (folderOf(baseId, run) + uri).replace(/^(?:\.\/)+/, '');
  return path === '' ? null : path;
}

/** The folder below the checkout that a base means; empty for the checkout itself and for an unknown base. */
function folderOf(baseId: string | null | undefined, run: SarifRun): string {
  let folder = '';
  let id = baseId;
  for (let step = 0; id != null && step < MAX_BASES; step += 1) {
    const base = baseOf(id, run);
    const uri = base?.uri == null ? '' : decode(base.uri);
    if (isAbsolute(uri)) break;
    if (uri !== '') folder = `${uri.replace(/^(?:\.\/)+/, '').replace(/\/?$/, '/')}${folder}`;
    id = base?.uriBaseId;
  }
  return folder === '/' ? '' : folder;
}

/** An absolute path below an absolute base of the run is meant as the rest of it. */
function withoutRoot(uri: string, run: SarifRun): string {
  const path = pathOf(uri);
  const roots = Object.keys(run.originalUriBaseIds ?? {})
    .map((id) => decode(baseOf(id, run)?.uri ?? ''))
    .filter(isAbsolute)
    .map((root) => pathOf(root).replace(/\/?$/, '/'))
    .filter((root) => root.length > 1 && path.startsWith(root));
  const longest = roots.reduce((best, root) => (root.length > best.length ? root : best), '');
  return path.slice(longest.length);
}

function baseOf(id: string, run: SarifRun): SarifArtifactLocation {
  const bases = run.originalUriBaseIds ?? {};
  return Object.hasOwn(bases, id) ? bases[id] : undefined;
}

/** With a scheme, a root or a drive letter. */
function isAbsolute(uri: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:|\/)/i.test(uri);
}

/** `file:///C:/a/b.c` → `C:/a/b.c`; the host of a network path is left out. */
function pathOf(uri: string): string {
  const path = uri.replace(/^file:(?:\/\/[^/]*)?/i, '');
  return /^\/[a-z]:\//i.test(path) ? path.slice(1) : path;
}

/** Tools that do not encode at all write a bare `%`; their text stays as it is. */
function decode(uri: string): string {
  const slashed = uri.slice(0, 4_096).replaceAll('\\', '/');
  try {
    return decodeURIComponent(slashed);
  } catch {
    return slashed;
  }
}
