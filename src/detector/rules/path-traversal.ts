import { FAMILY } from '../flow/family.ts';
import { pathOf } from '../flow/names.ts';
import type { CallSite } from '../flow/observer.ts';
import { taintsFor, type Value } from '../flow/value.ts';
import type { Report, Rule } from '../rule.ts';

const NODE_FILES =
  /(^|\.)(fs|fsp|fse|fs-extra|fs\.promises|fs\/promises|graceful-fs|fsPromises|promises)\.(readFile|readFileSync|createReadStream|createWriteStream|writeFile|writeFileSync|appendFile|appendFileSync|unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|open|openSync|readdir|readdirSync|rename|renameSync|copyFile|copyFileSync|cp|cpSync|mkdir|mkdirSync|readJson|readJSON|readJsonSync|outputFile|remove|removeSync|move|copy|symlink|readlink|chmod|chown)$/;
const BARE_NODE = /^(readFile|readFileSync|createReadStream|createWriteStream|writeFile|writeFileSync|unlink|unlinkSync)$/;
const RESPONSES = /(^|\.)(res|response|reply|ctx|c|h)\.(sendFile|sendfile|download|file)$|^(koa-send|send)$/;
const PYTHON_FILES =
  /^(open|io\.open|codecs\.open|gzip\.open|os\.(remove|unlink|rmdir|listdir|open|rename|makedirs|mkdir|removedirs|replace)|shutil\.(copy|copyfile|copy2|move|rmtree|copytree)|(flask\.)?send_file|aiofiles\.open|(fastapi\.responses\.|starlette\.responses\.)?FileResponse|static_file|bottle\.static_file|(django\.http\.)?FileResponse)$/;
const PYTHON_PATHS = /^(read_text|read_bytes|write_text|write_bytes|open|unlink|rmdir|iterdir)$/;
const FIX = 'Resolve the path, then refuse it unless it lies inside the allowed folder; or take only the base name.';

/** A file name that a stranger chooses may climb out of its folder with `../`. */
export const pathTraversal: Rule = {
  id: 'path-traversal',
  cwe: 'CWE-22',
  title: 'Path traversal',
  onCall(site, report) {
    if (site.local) return;
    inspectArchive(site, report);
    const paths = pathsOf(site);
    // With a root, Express and koa-send refuse to leave it.
    if (paths.length === 0 || site.args.some((arg) => arg.fields?.has('root')) || site.named.has('root')) return;
    const taints = paths.flatMap((path) => taintsFor(path, 'path', ['request']));
    if (taints.length === 0) return;
    const message = `{source} reaches \`${site.shown}\` as part of a file path, and \`../\` in it is not refused.`;
    report({ at: site, severity: 'high', confidence: 0.8, taints, message, fix: FIX });
  },
};

function pathsOf(site: CallSite): readonly Value[] {
  const { name, args } = site;
  if (site.dialect === 'javascript') {
    if (NODE_FILES.test(name) || BARE_NODE.test(name)) return args.slice(0, /rename|copy|move|symlink/.test(site.method) ? 2 : 1);
    if (name === 'koa-send' || name === 'send') return args.slice(1, 2);
    if (name === 'require') return args.slice(0, 1);
    return RESPONSES.test(site.shown) || RESPONSES.test(name) ? args.slice(0, 1) : [];
  }
  if (PYTHON_FILES.test(name)) return args.slice(0, /copy|move|rename|replace/.test(site.method) ? 2 : 1);
  return PYTHON_PATHS.test(site.method) && site.receiver !== null && name !== 'open' ? [site.receiver] : [];
}

/** Names inside an archive are its maker's choice. */
function inspectArchive(site: CallSite, report: Report): void {
  if (site.dialect === 'python') {
    const isTar =
      /(^|\.)(tar|tf|tarball|tar_file|tarfile|archive_tar)\.extractall$/.test(site.shown) ||
      site.receiver?.ref?.startsWith('tarfile') === true;
    if (site.method !== 'extractall' || !isTar || site.named.has('filter') || site.named.has('members') || site.args.length > 1) return;
    report({
      at: site,
      severity: 'medium',
      confidence: 0.6,
      message: `\`${site.shown}\` writes wherever the names in the archive say, also outside the target folder.`,
      fix: "Pass `filter='data'`, or check every member's path first.",
    });
    return;
  }
  if (!/(createWriteStream|writeFile|writeFileSync|outputFile|outputFileSync)$/.test(site.method)) return;
  const node = site.nodes[0]?.value;
  const path = site.args[0];
  const entries = path?.taints.filter((taint) => (taint.cleared & FAMILY.path) === 0 && isEntryName(taint.source.path)) ?? [];
  const direct = node?.kind === 'call' ? node.args.some((arg) => isEntryName(pathOf(arg.value) ?? '')) : false;
  if (entries.length === 0 && !direct) return;
  report({
    at: site,
    severity: 'medium',
    confidence: 0.6,
    message: `The name of an archive's entry reaches \`${site.shown}\`; \`../\` in it writes outside the target folder.`,
    fix: FIX,
  });
}

function isEntryName(path: string): boolean {
  return /^(entry|zipEntry|zip_entry)\.(path|fileName|entryName|name)$|^header\.name$/.test(path);
}
