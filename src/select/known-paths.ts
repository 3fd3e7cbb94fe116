import type { LedgerEntry } from '#model/coverage.ts';

/** Folders that package managers fill. */
const VENDORED = /(?:^|\/)(?:node_modules|bower_components|jspm_packages|third[_-]?party|Godeps|Pods|Carthage)\//;

/** `vendor/` is a package manager's at the root of a package; within program folders it is a word of the business. */
const VENDOR_FOLDER = /^(?:(?!(?:src|app|apps|lib|java|kotlin|main|internal|pkg)\/)[^/]+\/)*?vendor\//;

/** True for third-party code that is kept in the repository, by its folder. */
export function isVendored(path: string): boolean {
  return VENDORED.test(path) || VENDOR_FOLDER.test(path);
}

/** Names that generators give their files. */
const GENERATED = new RegExp(
  [
    '\\.pb\\.(?:go|cc|h|gw\\.go)$',
    '_pb2(?:_grpc)?\\.pyi?$',
    '_(?:grpc_)?pb\\.(?:js|d\\.ts)$',
    '\\.(?:g|freezed)\\.dart$',
    '\\.(?:designer|g|g\\.i)\\.cs$',
    '(?:^|/)zz_generated\\.[^/]*\\.go$',
    '\\.gen\\.[^./]+$',
    '_gen\\.go$',
    '[._]generated\\.[^./]+$',
    '\\.snap$',
    '\\.map$',
  ].join('|'),
  'i',
);

/** Skips a file whose name says that a tool wrote it; null for any other. */
export function generatedByName(path: string): Pick<LedgerEntry, 'status' | 'cause' | 'reason'> | null {
  if (/[.-]min\.(?:js|mjs|cjs|css)$/i.test(path)) return { status: 'skipped', cause: 'minified', reason: 'minified, by its name' };
  return GENERATED.test(path) ? { status: 'skipped', cause: 'generated', reason: 'generated, by its name' } : null;
}

/** Pictures without program text. SVG is not among them: it can carry scripts. */
export function isPicture(path: string): boolean {
  return /\.(?:png|jpe?g|jfif|gif|bmp|ico|icns|webp|avif|tiff?|heic|psd|xcf)$/i.test(path);
}
