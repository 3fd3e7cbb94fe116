import type { CallSite } from '../flow/observer.ts';
import { HOLE, isBuilt, taintsFor, type Value } from '../flow/value.ts';
import { ANYONE, REMOTE, type Rule } from '../rule.ts';

const METHODS =
  /^(query|execute|exec|raw|run|all|get|each|prepare|executemany|executescript|queryAsync|executeSql|\$queryRawUnsafe|\$executeRawUnsafe|queryRawUnsafe|unsafe|whereRaw|orWhereRaw|orderByRaw|groupByRaw|havingRaw|selectRaw|joinRaw|fromRaw|text|extra|RawSQL|raw_query|literal|read_sql|read_sql_query|fetch|fetchrow|fetchval|scalar|createQuery|createNativeQuery|simpleQuery|sql|any|one|none|many|oneOrNone|manyOrNone|exec_driver_sql)$/;
/** Methods that take nothing but SQL, often only a piece of it. */
const RAW =
  /^(raw|\$queryRawUnsafe|\$executeRawUnsafe|queryRawUnsafe|whereRaw|orWhereRaw|orderByRaw|groupByRaw|havingRaw|selectRaw|joinRaw|fromRaw|RawSQL|executescript|executemany|exec_driver_sql)$/;
const DATABASE =
  /(^|\.|_)(db|database|conn|connection|client|pool|sequelize|knex|cursor|cur|curs|c|prisma|mysql|mysqli|pg|sqlite|session|engine|manager|repository|em|entityManager|trx|tx)(\.|$|\()/i;
const STATEMENT =
  /\b(select\b[^;]{0,600}\bfrom\b|insert\s+(or\s+\w+\s+)?into\b|replace\s+into\b|update\s+\S{1,80}\s+set\b|delete\s+from\b|drop\s+(table|database|schema|index|view|user|role)\b|create\s+(table|database|user|role|index|view|schema)\b|alter\s+(table|user|role|database)\b|truncate\s+table|merge\s+into|grant\s+\w+|show\s+(tables|columns|create)|pragma\s|set\s+search_path|call\s+\w)|^\s*(where|and|or|order\s+by|limit)\s/i;

/** A SQL statement that is put together from text that somebody else chooses. */
export const sqlInjection: Rule = {
  id: 'sql-injection',
  cwe: 'CWE-89',
  title: 'SQL injection',
  onCall(site, report) {
    if (!METHODS.test(site.method) || site.local) return;
    const statement = statementOf(site);
    if (statement === undefined || statement.taints.length === 0) return;
    const isSql = isBuilt(statement) && STATEMENT.test(statement.text.replaceAll(HOLE, ' x '));
    const whole = !isSql && (RAW.test(site.method) || (/^(query|execute)$/.test(site.method) && DATABASE.test(site.shown)));
    const taints = taintsFor(statement, 'sql', isSql ? ANYONE : REMOTE);
    if (taints.length === 0 || !(isSql || whole)) return;
    report({
      at: site,
      severity: 'high',
      confidence: isSql ? 0.9 : 0.7,
      taints,
      message: `{source} reaches \`${site.shown}\` as part of the statement.`,
      fix: 'Pass the value as a bound parameter of the query instead of putting it into the text.',
    });
  },
};

/** The statement: the first argument, or its `sql` or `text` where options are passed. */
function statementOf(site: CallSite): Value | undefined {
  const first = site.args[0] ?? site.named.get('sql') ?? site.named.get('query');
  return first?.fields?.get('sql') ?? first?.fields?.get('text') ?? first?.fields?.get('query') ?? first;
}
