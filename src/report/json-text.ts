/** Format controls (bidirectional, without width) would change how the text looks; `##[` is a command to a runner's log. */
const RISKY = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]|(?<=##)\[/gu;

/** A value as indented JSON whose text cannot act where it is shown. A parser reads the same value. */
export function toJsonText(value: unknown): string {
  const escaped = JSON.stringify(value, null, 2).replace(RISKY, (sign) =>
    [...Array(sign.length).keys()].map((index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
  return `${escaped}\n`;
}
