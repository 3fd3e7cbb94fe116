import { isObject } from '#lib/fields.ts';
import { findCwe, readCwe } from '#lib/read-scales.ts';
import type { SarifMessage, SarifResult, SarifRule, SarifRun } from './log-schema.ts';

interface Component {
  readonly rules: readonly (SarifRule | null | undefined)[];
  readonly byId: ReadonlyMap<string, SarifRule>;
  readonly strings: Readonly<Record<string, SarifMessage>>;
}

/** The rules of a run, which its results refer to by id or by index. */
export interface RuleBook {
  ruleOf(result: SarifResult): SarifRule | null;
  /** The string of a message that has an id only. */
  stringOf(id: string, result: SarifResult, rule: SarifRule | null): SarifMessage;
}

export function openRuleBook(run: SarifRun): RuleBook {
  const components = [run.tool?.driver, ...(run.tool?.extensions ?? [])].map((component): Component => {
    const rules = component?.rules ?? [];
    const byId = new Map<string, SarifRule>();
    for (const rule of rules) if (rule?.id != null && !byId.has(rule.id)) byId.set(rule.id, rule);
    return { rules, byId, strings: component?.globalMessageStrings ?? {} };
  });
  const names = [run.tool?.driver, ...(run.tool?.extensions ?? [])].map((component) => component?.name);

  /** The driver, unless the result refers to an extension. */
  const componentOf = (result: SarifResult): Component | undefined => {
    const reference = result.rule?.toolComponent;
    const named = reference?.name == null ? -1 : names.indexOf(reference.name);
    const at = reference?.index == null ? named : reference.index + 1;
    return components[at < 0 ? 0 : at];
  };

  return {
    ruleOf(result) {
      const component = componentOf(result);
      const at = result.rule?.index ?? result.ruleIndex;
      const indexed = at == null ? null : component?.rules[at];
      const id = result.ruleId ?? result.rule?.id;
      if (indexed != null || id == null) return indexed ?? null;
      // A rule id may have further parts behind a slash (§3.52.4): `CA1000/1` is a case of `CA1000`.
      for (const name of [id, id.replace(/\/[^/]*$/, '')]) {
        const found = [component, ...components].find((one) => one?.byId.has(name))?.byId.get(name);
        if (found !== undefined) return found;
      }
      return null;
    },
    stringOf(id, result, rule) {
      const own = rule?.messageStrings ?? {};
      if (Object.hasOwn(own, id)) return own[id];
      const strings = componentOf(result)?.strings ?? {};
      return Object.hasOwn(strings, id) ? strings[id] : undefined;
    },
  };
}

/** Properties under which tools name weaknesses: gosec, bandit, semgrep, CodeQL, Sonar and what converters make of them. */
const PROPERTIES = ['cwe', 'cwes', 'cwe_id', 'cweId', 'cweIds', 'cwe-id', 'issue_cwe', 'CWE'];

/** The weakness of a result: its own word before its rule's, references to the list of weaknesses before tags and texts. */
export function cweOf(result: SarifResult, rule: SarifRule | null, run: SarifRun): string | null {
  const related = (rule?.relationships ?? []).map((relationship) => relationship?.target);
  for (const taxon of [...(result.taxa ?? []), ...related].slice(0, 100)) {
    const component = taxon?.toolComponent;
    const named = component?.name ?? run.taxonomies?.[component?.index ?? -1]?.name ?? '';
    const cwe = /^cwe$/i.test(named.trim()) ? readCwe(taxon?.id) : findCwe(taxon?.id ?? '');
    if (cwe !== null) return cwe;
  }
  for (const properties of [result.properties, rule?.properties]) {
    const found =
      PROPERTIES.map((name) => readCwe(properties?.[name])).find((cwe) => cwe !== null) ?? findCwe(wordsIn(properties?.['tags']));
    if (found !== null) return found;
  }
  const page = /cwe\.mitre\.org\/data\/definitions\/(\d{1,4})\b/.exec(rule?.helpUri?.slice(0, 500) ?? '')?.[1];
  if (page !== undefined) return readCwe(page);
  const words = [result.ruleId, rule?.id, rule?.name, rule?.shortDescription?.text, result.message?.text, rule?.fullDescription?.text];
  return findCwe(words.map((word) => word?.slice(0, 4_000) ?? '').join('\n'));
}

function wordsIn(tags: unknown): string {
  const list = Array.isArray(tags) ? tags.slice(0, 100) : isObject(tags) ? Object.values(tags).slice(0, 100) : [];
  return list.filter((tag) => typeof tag === 'string').join('\n');
}
