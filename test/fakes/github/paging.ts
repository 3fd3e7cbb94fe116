import type { Answer } from './operation.ts';

const MAX_PAGE = 100;

/** An answer as it goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Cuts lists into pages, with the `link` header by which clients go on. */
export function page(answer: Answer, target: URL, violations: string[]): Reply {
  if ('status' in answer) return { headers: {}, body: {}, ...answer };
  const wanted = Number(target.searchParams.get('per_page') ?? 30);
  if (wanted > MAX_PAGE) violations.push(`${target.pathname}: per_page is ${MAX_PAGE} at most`);
  const size = Math.min(wanted, MAX_PAGE);
  const number = Number(target.searchParams.get('page') ?? 1);
  const entries = answer.list.slice((number - 1) * size, number * size);
  const last = Math.ceil(answer.list.length / size);
  const link = (to: number, rel: string) => {
    const other = new URL(target);
    other.searchParams.set('page', String(to));
    return `<${other.href}>; rel="${rel}"`;
  };
  const links = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {};
  return { status: 200, headers, body: answer.wrap?.(entries, answer.list.length) ?? entries };
}
