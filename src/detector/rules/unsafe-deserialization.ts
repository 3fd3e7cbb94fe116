import { FILE_CONTENT } from '../flow/family.ts';
import type { CallSite } from '../flow/observer.ts';
import { type Taint, taintsFor } from '../flow/value.ts';
import type { Report, Rule } from '../rule.ts';

const PICKLES = /^(pickle|cPickle|_pickle|dill|cloudpickle|marshal|shelve)\.(loads|load|Unpickler|open)$/;
const ALWAYS = /^(jsonpickle\.(decode|loads)|yaml\.(unsafe_load|unsafe_load_all|full_load_unsafe)|pandas\.read_pickle|pd\.read_pickle)$/;
const NODE =
  /^((node-serialize|serialize|serialize-to-js)\.(unserialize|deserialize)|funcster\.deepDeserialize|cryo\.parse|unserialize|js-yaml\.unsafeLoad)$/;
const FIX = 'Use JSON for data from outside, or authenticate the bytes with an HMAC first.';
const SAFE_LOADER = /(^|\.)C?(Safe|Base)Loader$/;

/** Bytes from outside are turned into objects by a format that can run code. */
export const unsafeDeserialization: Rule = {
  id: 'unsafe-deserialization',
  cwe: 'CWE-502',
  title: 'Deserialization of untrusted data',
  onCall(site, report) {
    if (site.local || site.args[0] === undefined || site.args[0].constant) return;
    if (site.dialect === 'python') inspectPython(site, report);
    else if (NODE.test(site.name) || NODE.test(site.shown)) {
      const message = `\`${site.shown}\` runs functions that the serialized text contains.`;
      report({ at: site, severity: 'high', confidence: 0.8, message, fix: 'Use `JSON.parse`, which gives data only.' });
    } else if (/^(js-yaml|yaml|jsyaml)\.(load|loadAll|safeLoad)$/.test(site.name) && usesFullSchema(site)) {
      const message = `\`${site.shown}\` with this schema builds functions that the document contains.`;
      report({ at: site, severity: 'high', confidence: 0.8, message, fix: 'Leave the schema out: the default one gives data only.' });
    }
  },
};

/** js-yaml's schemas with `!!js/function`, in its old form and in the package of its own. */
function usesFullSchema(site: CallSite): boolean {
  const schema = site.args.find((arg) => arg.fields?.has('schema'))?.fields?.get('schema');
  return /(^|\.)(DEFAULT_FULL_SCHEMA|jsYamlJsTypes\.\w+|js-yaml-js-types\.\w+)$/.test(schema?.ref ?? '');
}

function inspectPython(site: CallSite, report: Report): void {
  const { name, shown } = site;
  const [value, loader] = site.args;
  if (/^yaml\.(load|load_all)$/.test(name)) {
    const chosen = site.named.get('Loader') ?? loader;
    if (chosen !== undefined && SAFE_LOADER.test(chosen.ref ?? '')) return;
    // A loader that is made elsewhere may well be a safe one.
    if (chosen !== undefined && !/Loader$/.test(chosen.ref ?? '')) return;
    if (chosen !== undefined && !/(^|\.)(C?Loader|UnsafeLoader|FullLoader)$/.test(chosen.ref ?? '')) return;
    const message = `\`${shown}\` without a safe loader builds any Python object that the document names.`;
    report({ at: site, severity: 'high', confidence: 0.8, message, fix: 'Use `yaml.safe_load`.' });
    return;
  }
  if (ALWAYS.test(name)) {
    report({
      at: site,
      severity: 'medium',
      confidence: 0.6,
      message: `\`${shown}\` can run code that the data contains.`,
      fix: 'Use JSON, or another format that gives data only.',
    });
    return;
  }
  if (inspectModel(site, report) || !PICKLES.test(name)) return;
  const taints = value === undefined ? [] : taintsFor(value, 'deserialization', ['request', 'browser', 'stored', 'param']);
  const direct = taints.filter((taint) => taint.cleared !== FILE_CONTENT && (site.method === 'loads' || taint.source.kind === 'request'));
  const message = `{source} reaches \`${shown}\`, which can run code that the data contains.`;
  if (direct.length > 0) report({ at: site, severity: 'critical', confidence: 0.85, taints: direct, message, fix: FIX });
  else
    reportFile(
      site,
      taints.filter((taint) => taint.cleared === FILE_CONTENT),
      report,
    );
}

/** A caller, or a stranger, chooses the file. */
function reportFile(site: CallSite, taints: readonly Taint[], report: Report): void {
  if (taints.length === 0) return;
  const message = `{source} names the file that \`${site.shown}\` decodes, which can run code that the file contains.`;
  report({ at: site, severity: 'high', confidence: 0.77, taints, message, fix: FIX });
}

/** Functions that are given the name of a file, or the file, and decode pickles in it. */
function inspectModel(site: CallSite, report: Report): boolean {
  const [value] = site.args;
  const isModel =
    (/^torch\.load$/.test(site.name) && site.named.get('weights_only')?.text !== 'true') ||
    /^joblib\.load$/.test(site.name) ||
    (/^(numpy|np)\.load$/.test(site.name) && site.named.get('allow_pickle')?.text === 'true');
  if (isModel && value !== undefined) reportFile(site, taintsFor(value, 'deserialization', ['request', 'stored', 'param']), report);
  return isModel;
}
