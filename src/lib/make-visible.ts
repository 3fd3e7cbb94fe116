/**
 * Characters that a reader does not see or that change what is around them: controls but the tab, ANSI's escape among
 * them, bidirectional overrides (https://trojansource.codes), zero-width and filler characters, variation selectors and
 * tags (which carry hidden text), line and paragraph separators, and halves of surrogate pairs.
 */
const HIDDEN = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Marks of chat templates. Some servers read them as control tokens wherever they stand, so that a comment could end
 * the user's turn (https://github.com/ggml-org/llama.cpp, `parse_special`). Their first sign is enough to break them.
 */
const TEMPLATE_MARKS =
  /(?<=<)[|｜](?=[\w▁-]{1,40}[|｜]>)|<(?=(?:start_of_turn|end_of_turn|start_of_image|bos|eos|pad|unk|\/?s|<\/?SYS>)>)|\[(?=\/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\])/g;

/**
 * Writes hidden characters as `\u{202E}`, and breaks marks of chat templates the same way, so that a model and a person
 * read the same, on one line. Applied twice it does what it does once.
 */
export function makeVisible(line: string): string {
  return line.replace(HIDDEN, writeOut).replace(TEMPLATE_MARKS, writeOut);
}

function writeOut(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
