import { cutText, oneLine } from '#report/plain-text.ts';

/** A column's heading, and whether its cells stand at the right. */
export interface Column {
  readonly name: string;
  readonly right?: boolean;
}

/** No cell is wider than this: a name may be as long as a stranger likes. */
const WIDEST = 48;
const GAP = '  ';

/** Rows under headings, in columns as wide as what stands in them. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => cutText(oneLine(cell), WIDEST)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => (columns[at]?.right === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join('');
}

/** `4.7 GB`; a dash where the size is not known. Powers of ten, as disks are sold and models are listed. */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `1 model`, `3 models`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
