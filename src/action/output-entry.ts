/**
 * One output as its file takes it. The value is a stranger's: it stands between delimiters that nobody could guess.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings
 */
export function outputEntry(name: string, value: string, delimiter: string): string {
  // A delimiter that was guessed all the same must not end it.
  if (value.includes(delimiter)) throw new TypeError('the delimiter of an output stands in its value');
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}
