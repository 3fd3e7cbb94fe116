import type { PresetName } from '#config/presets.ts';
import { writeYaml } from '#lib/write-yaml.ts';
import type { FoundFolder } from './find-folders.ts';
import type { Survey } from './survey-repository.ts';

/** So many models are a panel; a machine that runs more of them at once is rare. */
const MOST_LISTED = 3;

/** A first `.aegis.yml`. A line of an example begins with `#` and a word or two spaces: without the sign it holds. */
export function draftConfig(survey: Survey, preset: PresetName | null): string {
  return [
    `# Configuration of Aegis. Every key has a default, so all of this may go. What is commented out is an example, and holds
# when its \`#\` is taken away. \`aegis config validate\` checks the file; \`aegis config explain\` shows what it comes to, and where
# each value comes from.
version: 1

# A named set of defaults, from few comments to many: quiet, balanced or thorough.
${preset === null ? '#preset: balanced' : `preset: ${preset}`}
`,
    draftModels(survey),
    draftPaths(survey.folders),
    REST,
  ].join('\n');
}

function draftModels({ ollama, registered, keys, workflows }: Survey): string {
  const names = (ollama ?? []).slice(0, MOST_LISTED);
  const ids = 'fault' in registered ? [] : registered;
  // Registered models take part by themselves, and a runner of workflows does not reach this machine.
  const active = names.length > 0 && ids.length === 0 && workflows === 0;
  const sign = active ? '' : '#';
  const words = ['# The models that review. Without this key it is every registered model, and builtin/patterns where none is.'];
  if (ids.length > 0) words.push(`# Registered on this machine: ${ids.map(inComment).join(', ')}.`);
  if (names.length > 0) {
    const reach = active ? 'A review elsewhere does not reach them.' : 'Reviews in a workflow or on a server do not reach them.';
    words.push(`# An Ollama server runs here. ${reach}`);
  } else words.push('# `aegis models discover` and `aegis models presets` show what else can be had.');
  const lines = ['builtin/patterns', ...(ids.length > 0 ? ids : names.map((name) => `ollama_local:${name}`))];
  return `${[
    ...words,
    `${sign}models:`,
    ...lines.map((line) => `${sign}  - ${JSON.stringify(line)}`),
    ...keys.flatMap(({ variable, model }) => [
      `# ${variable} is set here. A model that it opens; its service sees the code, and asks for money:`,
      ...writeYaml([model])
        .trimEnd()
        .split('\n')
        .map((line) => `#  ${line}`),
    ]),
  ].join('\n')}\n`;
}

function draftPaths(folders: readonly FoundFolder[]): string {
  const ours = folders.filter(({ kind }) => kind !== 'vendored');
  const isSafe = ({ programs }: FoundFolder) => programs === 0;
  const active = ours.some(isSafe);
  const words = ['# What is left out is listed in each summary. Generated and vendored files are left out by themselves.'];
  const entries = ours.length === 0 ? ['#    - "docs/**"'] : ours.flatMap((folder) => draftFolder(folder));
  return `${[...words, ...(active ? ['paths:', '  exclude:'] : ['#paths:', '#  exclude:']), ...entries].join('\n')}\n`;
}

/** A folder with programs in it is left in, until somebody says otherwise. */
function draftFolder({ path, kind, programs }: FoundFolder): string[] {
  const entry = `    - ${JSON.stringify(`${path}/**`)} # ${kind}`;
  if (programs === 0) return [entry];
  return [`#${entry}, with ${programs === 1 ? '1 file' : `${programs} files`} of code`];
}

/** Ids come from a registry that others may write to: in a comment they stay on their line. */
function inComment(id: string): string {
  return JSON.stringify(id).slice(1, -1);
}

const REST = `# The check fails on a finding of this severity or worse: critical, high, medium, low, info or none.
#check: { fail_on: high }

# What is reviewed and shown: scope is added, hunks or file.
#review: { min_severity: low, scope: hunks, max_comments: 20, drafts: false, bots: true, forks: true }

# What one review may cost at most.
#budget: { usd: 0.5, tokens: 400000, minutes: 15 }

# Findings that are known and do not count; each needs its reason.
#suppress:
#  - { cwe: CWE-798, paths: ["test/**"], reason: "keys of tests", until: 2099-01-01 }

# Other rules for some files. The first entry that names a file decides.
#overrides:
#  - { paths: ["infra/**"], min_severity: info, fail_on: medium }

# What the models should know of some files.
#instructions:
#  - { paths: ["src/**"], text: "Requests are authenticated before they come here." }

# Pull requests that are not reviewed.
#skip: { branches: ["release/*"], labels: ["no-review"], authors: [], titles: ["WIP*"] }

# What may leave this machine.
#privacy: { local_only: false, mask_secrets: true }
`;
