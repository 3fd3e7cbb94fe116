export type AnnotationLevel = 'error' | 'warning' | 'notice';

/**
 * A command to the runner of GitHub Actions. https://docs.github.com/actions/reference/workflow-commands-for-github-actions;
 * escapes as in https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function workflowCommand(name: AnnotationLevel | 'add-mask', properties: Readonly<Record<string, string>>, message: string): string {
  const listed = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  const head = listed.length === 0 ? name : `${name} ${listed.join(',')}`;
  return `::${head}::${escapeData(message)}`.replaceAll('##[', '## [');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
