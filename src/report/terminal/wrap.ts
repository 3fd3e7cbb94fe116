import { showControls } from '../plain-text.ts';

/** Words folded into lines of at most `width`; a longer word stands alone. Line breaks of the text are kept, empty lines are not. */
export function wrap(text: string, width: number): string[] {
  return showControls(text)
    .split('\n')
    .flatMap((paragraph) => foldWords(paragraph.trim().split(/\s+/), width))
    .filter((line) => line !== '');
}

function foldWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
