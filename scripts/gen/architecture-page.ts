import { existsSync } from 'node:fs';
import { code, page, table } from './markdown.ts';

interface ArchitectureTable {
  readonly LAYERS: Readonly<Record<string, { readonly may: readonly string[]; readonly why: string }>>;
  readonly FENCES: readonly { readonly packages: string; readonly homes: readonly string[]; readonly why: string }[];
  readonly PURE: { readonly folders: readonly string[]; readonly packages: readonly string[]; readonly core: readonly string[] };
  readonly PLUGINS: readonly string[];
}

// By address: the table is JavaScript, because dependency-cruiser reads it as its configuration.
const TABLE = new URL('../../.dependency-cruiser.mjs', import.meta.url).href;
const { LAYERS, FENCES, PURE, PLUGINS } = (await import(TABLE)) as ArchitectureTable;

/** The story of one pull request, as the files that it passes. A file that is gone fails the generator. */
const STORY: readonly { readonly files: readonly string[]; readonly what: string }[] = [
  {
    files: ['src/server.ts', 'src/api/front.ts'],
    what: 'A webhook arrives. The server answers health by itself and hands the rest on, with a limit on the body.',
  },
  {
    files: ['src/app.ts', 'src/github/webhook.ts'],
    what: 'Probot has verified the signature. What asks for a review becomes a request; everything else is ignored.',
  },
  {
    files: ['src/storage/accept-delivery.ts', 'src/queue/job-queue.ts'],
    what: 'The delivery, the scan and its job are recorded in one transaction; then GitHub has its answer. The same delivery, or the same head, is recorded once.',
  },
  {
    files: ['src/jobs/review-pull-request.ts', 'src/storage/scan-lease.ts'],
    what: 'A worker takes the lease of the scan. When it dies, another takes the lease over.',
  },
  {
    files: ['src/jobs/prepare-review.ts', 'src/config/read-config.ts', 'src/config/resolve-plan.ts'],
    what: '`.aegis.yml` of the base branch is read and made into a plan. Its faults end in the check run, all at once.',
  },
  { files: ['src/github/change.ts'], what: 'The change is read, by a ladder that loses nothing.' },
  {
    files: ['src/pipeline/scan.ts'],
    what: 'The scan: from here on nothing knows of GitHub. `aegis review` begins here, too, with a change that `src/git` has read.',
  },
  {
    files: ['src/pipeline/cut-change.ts'],
    what: 'Selection says which hunks are reviewed and why the others are not; what is left is cut into chunks that fit a prompt.',
  },
  {
    files: ['src/pipeline/review-chunks.ts', 'src/pipeline/triage-chunk.ts', 'src/pipeline/seats/open-panel.ts'],
    what: 'Triage passes over what all of it calls safe; the others are read by the seats of the deep scan, tier after tier. A model that refuses or is out of order gives its seat to a reserve.',
  },
  {
    files: ['src/pipeline/budget/within-budget.ts', 'src/models/calls/seat-model.ts', 'src/pipeline/runners/deep-scan.ts'],
    what: 'Around every call stand the budget, the answer cache, time limit, retries and the limits of the endpoint. A runner words the request and reads the reply; what the model needs to see is looked up.',
  },
  {
    files: ['src/pipeline/place-claims.ts', 'src/steering/find-steering.ts'],
    what: 'What a model claims is given a place in the change, by the line that it quotes first. Attempts to steer the models are found without one.',
  },
  {
    files: ['src/consensus/docket.ts', 'src/pipeline/hear-judge.ts', 'src/consensus/reach-consensus.ts'],
    what: 'Claims that mean one weakness become a case with a ballot. A judge hears what the rules put to it, and the steps of the consensus keep or drop each case.',
  },
  {
    files: ['src/pipeline/explain-findings.ts', 'src/pipeline/remedy/check-replacement.ts'],
    what: 'What will be published is explained. A replacement is offered when it applies, parses, and whoever reported the finding reports it no more.',
  },
  {
    files: ['src/consensus/settle-ledger.ts', 'src/consensus/conclude.ts', 'src/pipeline/record-scan.ts'],
    what: 'The ledger says of each hunk whether it was reviewed, the worst that holds is the conclusion, and the record lets the scan be merged again.',
  },
  { files: ['src/report/describe-publication.ts'], what: 'What should be seen is described, before any of it is done.' },
  { files: ['src/github/publish.ts'], what: 'The description is acted on. Acting on it twice shows it once.' },
];

/** `.dependency-cruiser.mjs`, in words. */
export function architecturePage(): string {
  for (const file of STORY.flatMap(({ files }) => files))
    if (!existsSync(file)) throw new Error(`the story of a pull request names ${file}, which is not there`);
  return page(
    '# Architecture',
    `Folders of \`src/\` are stages, sides and faces around two folders that everybody knows: \`model/\` has the nouns, \`ports/\` the verbs.
Stages are functions from data to data and meet only in the model; a side touches one thing of the world; concrete parts are
chosen in \`compose*.ts\` and listed in \`registry.ts\`, nowhere else.`,
    '## The story of a pull request',
    STORY.map(
      ({ files, what }, index) =>
        `${index + 1}. ${what} (${files.map((file) => `[${file.replace(/^src\//, '')}](../${file})`).join(', ')})`,
    ).join('\n'),
    '## Who may import whom',
    'A folder may import itself, what its row lists, and nothing else of `src/`. `npm run arch` holds the code to it.',
    table(
      ['folder', 'what it is', 'may import'],
      Object.entries(LAYERS).map(([folder, { may, why }]) => [code(folder), why, may.map(code).join(', ') || 'nothing']),
    ),
    '## Who may speak to which package',
    table(
      ['package', 'only in', 'why'],
      FENCES.map(({ packages, homes, why }) => [packages.split('|').map(code).join(', '), homes.map(code).join(', '), why]),
    ),
    '## Pure folders',
    `No clock, no network, no process, no file system: ${PURE.folders.map(code).join(', ')}. Of npm they may use ${PURE.packages.map(code).join(', ')}, of Node.js only ${PURE.core.map(code).join(', ')}.`,
    '## Plugins',
    `Every file of these folders is a plugin, registered by one line, and a stranger to its siblings: ${PLUGINS.map(code).join(', ')}. What siblings share lies in a folder whose name begins with an underscore.`,
  );
}
