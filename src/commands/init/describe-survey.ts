import { countOf } from '#report/wording.ts';
import { wrapText } from '../wrap-text.ts';
import type { Survey } from './survey-repository.ts';

/** What was found, and what to do next. */
export function describeSurvey(survey: Survey): string {
  const { isRepository, languages, folders, ollama, keys, registered, onGitHub, workflows } = survey;
  const named = (words: readonly string[]) => (isRepository ? some(words) : 'not counted, because this folder is no Git repository');
  const facts: readonly (readonly [string, string])[] = [
    ['languages', named(languages.slice(0, 8).map(({ language, files }) => `${language} (${countOf(files, 'file')})`))],
    [
      'folders',
      named(
        folders.map(
          ({ path, kind, programs }) => `${path} (${kind}${programs > 0 && kind !== 'vendored' ? ', kept in: it holds code' : ''})`,
        ),
      ),
    ],
    [
      'Ollama',
      ollama === null ? 'no server answers' : ollama.length === 0 ? 'runs, without a model that can review' : ollama.slice(0, 8).join(', '),
    ],
    ['keys set', some(keys.map(({ variable }) => variable))],
    ['registered', 'fault' in registered ? `cannot be read: ${registered.fault}` : some(registered)],
    ['GitHub', onGitHub ? `yes, with ${countOf(workflows, 'workflow')}` : 'no sign of it'],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const found = facts.flatMap(([name, text]) => wrapText(`  ${name.padEnd(width)}  ${text}`, width + 4));
  const steps = nextSteps(survey).flatMap((step, index) => wrapText(`  ${index + 1}. ${step}`, 5));
  return ['found:', ...found, '', 'next:', ...steps, ''].join('\n');
}

function nextSteps({ ollama, keys, registered, onGitHub }: Survey): string[] {
  const hasModels = (ollama ?? []).length > 0 || ('fault' in registered ? false : registered.length > 0);
  const models = hasModels
    ? []
    : keys.length > 0
      ? ['Until a model is listed or registered, the built-in detector reviews alone: take the `#` away in front of one of `models`.']
      : [
          'Until a model is listed or registered, the built-in detector reviews alone: `aegis models presets` lists models, `aegis models register` takes one.',
        ];
  return [
    'Read .aegis.yml, change what does not fit, and commit it. `aegis config explain` shows what it comes to.',
    ...models,
    '`aegis doctor` says whether everything it needs is there.',
    '`aegis review` reviews what you changed.',
    ...(onGitHub
      ? ['On pull requests, the Action or the App reads the file from the base branch: it takes effect once it is merged.']
      : []),
  ];
}

function some(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(', ');
}
