import { isBuilt, type Taint, taintsFor } from '../flow/value.ts';
import type { Rule } from '../rule.ts';

const METHODS =
  /^(find|findOne|findOneAndUpdate|findOneAndDelete|findOneAndRemove|findOneAndReplace|updateOne|updateMany|deleteOne|deleteMany|remove|countDocuments|count|distinct|exists|replaceOne)$/;
const COLLECTION = /(^|\.)([A-Z]\w*|\w*(collection|model|users|db)\w*(\(\))?)\.\w+$/i;

/** A query object that takes a value from the request as it is: `{ "$ne": null }` matches every document. */
export const nosqlInjection: Rule = {
  id: 'nosql-injection',
  cwe: 'CWE-943',
  title: 'NoSQL injection',
  onCall(site, report) {
    if (site.dialect !== 'javascript' || !METHODS.test(site.method) || !COLLECTION.test(site.shown)) return;
    const query = site.args[0];
    if (query === undefined || query.fields?.has('where')) return;
    const values = query.fields === null ? [query] : [...query.fields].filter(([key]) => key !== '$where').map(([, value]) => value);
    const taints = values.flatMap((value) => (isBuilt(value) ? [] : taintsFor(value, 'nosql', ['request']).filter(canBeObject)));
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.6,
      taints,
      message: `{source} reaches \`${site.shown}\` as it is, so a sender can put query operators such as \`$ne\` in its place.`,
      fix: 'Make it a string first (`String(value)`), or check its type before the query.',
    });
  },
  onEntry(site, report) {
    if (site.key !== '$where' || site.where !== 'object') return;
    const taints = taintsFor(site.value, 'code', ['request', 'param']);
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.8,
      taints,
      onlyBuilt: true,
      message: '{source} becomes part of a `$where` expression, which the database runs as JavaScript.',
      fix: 'Use ordinary query operators instead of `$where`.',
    });
  },
};

/** Only parsed bodies and query strings can carry objects; a path parameter and a header are text. */
function canBeObject(taint: Taint): boolean {
  return taint.source.kind === 'inner' || /(^|\.)(body|query)(\.|$)/.test(taint.source.path);
}
