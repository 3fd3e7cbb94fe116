import { askGit } from '#git/run-git.ts';
import { explainFault } from '#lib/explain-fault.ts';
import { type Language, languageOf } from '#model/language.ts';
import { listPresets } from '#models/presets/presets.ts';
import type { ModelDefinition } from '#models/registry/make-entry.ts';
import { atDesk, type ModelsDeps } from '../models/desk.ts';
import { type FoundFolder, findFolders } from './find-folders.ts';

export type SurveyDeps = Pick<ModelsDeps, 'discover' | 'openDesk' | 'signal'> & {
  /** Whether a variable of the environment has a value. Nobody asks for the value. */
  isSet(name: string): boolean;
};

/** What is there to write a first configuration from. */
export interface Survey {
  /** Files are counted in a repository alone: elsewhere a folder may be a whole disk. */
  readonly isRepository: boolean;
  /** Most files first. */
  readonly languages: readonly { readonly language: Language; readonly files: number }[];
  readonly folders: readonly FoundFolder[];
  /** Models of the running Ollama that can write, the likeliest for code first; null where no server answers. */
  readonly ollama: readonly string[] | null;
  /** Variables of keys that are set, each with a model that it opens. */
  readonly keys: readonly { readonly variable: string; readonly model: ModelDefinition }[];
  /** Ids that were registered, or why they cannot be read. */
  readonly registered: readonly string[] | { readonly fault: string };
  /** It lives on GitHub, as far as its remotes and files tell. */
  readonly onGitHub: boolean;
  readonly workflows: number;
}

/** A server that is not there answers nothing; nobody waits for it. */
const OLLAMA_PATIENCE_MS = 2000;

/** Looks around in a repository and on this machine. What cannot be seen is not there; nothing here throws for it. */
export async function surveyRepository(root: string, deps: SurveyDeps): Promise<Survey> {
  const [listed, remotes, ollama, registered] = await Promise.all([
    listFiles(root),
    askGit(root, ['config', '--get-regexp', '^remote[.].*[.]url$']).then(String, () => ''),
    findOllamaModels(deps),
    listRegistered(deps),
  ]);
  const files = listed ?? [];
  const workflows = files.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)).length;
  return {
    isRepository: listed !== null,
    languages: countLanguages(files),
    folders: findFolders(files),
    ollama,
    keys: findKeys(deps),
    registered,
    onGitHub: workflows > 0 || /[@/.]github[.]com[:/]/.test(remotes),
    workflows,
  };
}

/** Files that git knows or would take; null where there is no repository. */
async function listFiles(root: string): Promise<string[] | null> {
  const listed = await askGit(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).then(String, () => null);
  return listed === null ? null : listed.split('\0').filter((path) => path !== '');
}

function countLanguages(files: readonly string[]): Survey['languages'] {
  const counts = new Map<Language, number>();
  for (const path of files) {
    const language = languageOf(path);
    if (language !== null && language !== 'text') counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].map(([language, count]) => ({ language, files: count })).toSorted((a, b) => b.files - a.files);
}

/** Models that turn texts into vectors cannot review. */
const EMBEDS = /embed|bert|minilm|\bbge\b|\be5\b/i;

async function findOllamaModels({ discover, signal }: SurveyDeps): Promise<readonly string[] | null> {
  try {
    const found = await discover('ollama_local', {}, AbortSignal.any([signal, AbortSignal.timeout(OLLAMA_PATIENCE_MS)]));
    const able = found.filter(({ name, family }) => !EMBEDS.test(`${name} ${family ?? ''}`));
    const forCode = ({ name }: { readonly name: string }) => Number(/code|coder|star|devstral/i.test(name));
    return able.toSorted((a, b) => forCode(b) - forCode(a) || (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0)).map(({ name }) => name);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** Keys of services in the catalogue, by name alone. Of the models of one, the last that takes every role is the modest one. */
function findKeys({ isSet }: SurveyDeps): Survey['keys'] {
  const models = new Map<string, ModelDefinition>();
  for (const { definition } of listPresets()) {
    const variable = definition.api_key?.startsWith('env:') ? definition.api_key.slice('env:'.length) : null;
    if (variable !== null && definition.roles?.includes('judge')) models.set(variable, definition);
  }
  return [...models].filter(([variable]) => isSet(variable)).map(([variable, model]) => ({ variable, model }));
}

async function listRegistered(deps: SurveyDeps): Promise<Survey['registered']> {
  try {
    const all = await atDesk(deps, {}, (desk) => desk.registry.list());
    return all.filter(({ model_type, status }) => model_type !== 'builtin' && status !== 'disabled').map(({ model_id }) => model_id);
  } catch (error) {
    deps.signal.throwIfAborted();
    return { fault: explainFault(error) };
  }
}
