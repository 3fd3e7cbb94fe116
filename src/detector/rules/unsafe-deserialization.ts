import type { CallSite } from '../flow/observer.ts';
import type { Report, Rule } from '../rule.ts';

const PICKLES = /^(pickle|cPickle|_pickle|dill|cloudpickle|marshal|shelve)\.(loads|load|Unpickler|open)$/;
const ALWAYS = /^(jsonpickle\.(decode|loads)|yaml\.(unsafe_load|unsafe_load_all|full_load_unsafe)|pandas\.read_pickle|pd\.read_pickle)$/;
const NODE =
  /^((node-serialize|serialize|serialize-to-js)\.(unserialize|deserialize)|funcster\.deepDeserialize|cryo\.parse|unserialize|js-yaml\.unsafeLoad)$/;
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
    }
  },
};

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
  if (!PICKLES.test(name)) return;
  const fix = 'Use JSON for data from outside, or authenticate the bytes with an HMAC first.';
  const taints =
    value?.taints.filter((taint) => taint.source.kind !== 'cli' && (site.method === 'loads' || taint.source.kind === 'request')) ?? [];
  if (taints.length > 0)
    report({
      at: site,
      severity: 'critical',
      confidence: 0.85,
      taints,
      message: `{source} reaches \`${shown}\`, which can run code that the data contains.`,
      fix,
    });
}
