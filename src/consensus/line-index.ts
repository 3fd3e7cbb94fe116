/** Things of one file by the lines that they lie on. */
export interface LineIndex<Item> {
  /** Lines are inclusive. */
  add(item: Item, startLine: number, endLine: number): void;
  /** Everything on these lines, once, in no promised order; things some lines further off may be among it. */
  around(startLine: number, endLine: number): Iterable<Item>;
}

/** Lines that are looked up at once: as wide as most claims and what lies near them. */
const LINES = 16;

export function createLineIndex<Item>(): LineIndex<Item> {
  const blocks = new Map<number, Item[]>();
  const blockOf = (line: number) => Math.floor(line / LINES);
  return {
    add(item, startLine, endLine) {
      for (let block = blockOf(startLine); block <= blockOf(endLine); block += 1) {
        const items = blocks.get(block);
        if (items === undefined) blocks.set(block, [item]);
        else items.push(item);
      }
    },
    around(startLine, endLine) {
      const [first, last] = [blockOf(startLine), blockOf(endLine)];
      if (first === last) return blocks.get(first) ?? [];
      const found = new Set<Item>();
      for (let block = first; block <= last; block += 1) for (const item of blocks.get(block) ?? []) found.add(item);
      return found;
    },
  };
}
