import { z } from 'zod';
import { modelDefinition } from '#lib/model-definition.ts';
import { severitySchema } from '#model/severity.ts';
import type { KnownParts } from './known-parts.ts';
import { PRESET_NAMES } from './presets.ts';
import { consensusSchema, modelId, modelIds, pipelineSchema, rolesSchema, share } from './stage-schemas.ts';

/** `!(a|b)` is a glob; `!a` would mean everything but `a`, which nobody who writes it below another means. */
const NO_NEGATION = /^(?!!(?!\())/;
const glob = z.string().min(1).max(500).regex(NO_NEGATION, 'must not begin with `!`: no glob takes another back');
const globs = z.array(glob).max(500);
const severityOrNone = z.enum([...severitySchema.options, 'none']);

/** The schema of `.aegis.yml`: its type, its validator, its JSON Schema and its documentation. */
export function aegisConfig(known: KnownParts) {
  return z
    .strictObject({
      $schema: z
        .string()
        .max(2000)
        .optional()
        .meta({ description: 'Address of the JSON Schema of this file, for editors. Aegis does not read it.' }),
      version: z.literal(1).default(1).meta({ description: 'Version of this format.' }),
      preset: z.enum(PRESET_NAMES).optional().meta({
        description: 'A named set of defaults, from few comments to many. Whatever a file says goes over it. Default: `balanced`.',
      }),
      models: z
        .array(modelReference(known))
        .default([])
        .meta({ description: 'The models that review: registered ids or inline definitions. Default: every registered model.' }),
      pipeline: pipelineSchema().optional().meta({
        description:
          'Which models do what, by registered ids and those of `models`. Where it is given, a stage that it does not name does not run, but for a judge that `consensus` names and for custom roles. Without it every model has a seat in each of its roles.',
      }),
      consensus: consensusSchema(known).optional().meta({
        description:
          'How the claims of several models become findings. Claims that mean the same weakness are one cluster; each model has one vote on it, or abstains where it did not answer or does not cover the place. Of `strategy`, `steps` and `pipeline` one can be given.',
      }),
      review: reviewSchema().prefault({}).meta({ description: 'What is reviewed and what is shown.' }),
      check: z
        .strictObject({
          enabled: z.boolean().default(true).meta({ description: 'Whether a check run is posted.' }),
          name: z.string().min(1).max(100).default('Aegis').meta({ description: 'Name of the check run.' }),
          fail_on: severityOrNone
            .default('high')
            .meta({ description: 'The check fails on a finding of this severity or worse; `none` turns that off.' }),
          on_incomplete: z
            .enum(['fail', 'action_required'])
            .default('fail')
            .meta({ description: 'How the check ends when a part of the change could not be reviewed.' }),
        })
        .prefault({})
        .meta({ description: 'The check run on GitHub.' }),
      sarif: z
        .strictObject({
          enabled: z
            .literal(['auto', true, false])
            .default('auto')
            .meta({ description: 'Whether SARIF is uploaded; `auto` uploads where code scanning is there.' }),
          category: z.string().min(1).max(100).default('aegis').meta({ description: 'Category of the upload; unique for each tool.' }),
        })
        .prefault({})
        .meta({ description: "SARIF for GitHub's code scanning." }),
      paths: z
        .strictObject({
          include: globs.min(1).default(['**']).meta({ description: 'Globs of files that are reviewed.' }),
          exclude: globs.default([]).meta({ description: 'Globs of files that are left out; they win over `include`.' }),
        })
        .prefault({})
        .meta({ description: 'Which files are reviewed. What is left out is listed in the summary.' }),
      budget: z
        .strictObject({
          usd: z
            .number()
            .min(0)
            .default(0.5)
            .meta({ description: 'Most money for one review, US dollars; 0 lets only models without a price be asked.' }),
          tokens: z
            .int()
            .min(0)
            .default(400_000)
            .meta({ description: 'Most tokens for one review, those that are read and those that are written.' }),
          minutes: z.number().positive().max(1440).default(15).meta({ description: 'Longest time for one review.' }),
          monthly_usd: z.number().min(0).optional().meta({
            description:
              'Most money for all reviews of the repository in a calendar month (UTC), US dollars. The operator of a server can set a lower one. Default: no limit.',
          }),
        })
        .prefault({})
        .meta({
          description:
            'Limits on what one review may cost. Before each call, retries and judges included, the most that it can cost is set aside. The riskiest chunks come first; what no limit has room for is listed as not reviewed, and the review is incomplete. The money limit cannot hold a model whose price is not known: `aegis review --plan` names it.',
        }),
      suppress: z.array(suppressSchema()).default([]).meta({ description: 'Findings that are known and do not count.' }),
      skip: skipSchema().prefault({}).meta({
        description:
          'Pull requests that are not reviewed. In each text `*` stands for anything, `?` for one character and `{a,b}` for either; every other character stands for itself, and case does not matter. A merge group is never skipped.',
      }),
      roles: rolesSchema().default({}).meta({
        description:
          'Custom roles, by name, each with a prompt and the form of its answer. A role runs where a model has it among its `roles`, whatever `pipeline` names.',
      }),
      overrides: z.array(overrideSchema()).default([]).meta({
        description: 'Other rules for the files of some paths. For each rule the first entry that names the file and the rule decides.',
      }),
      instructions: z
        .array(
          z.strictObject({
            paths: globs.min(1).meta({ description: 'Globs of the files that this is for.' }),
            text: z.string().min(1).max(4000).meta({ description: 'What the models should know about them.' }),
          }),
        )
        .max(100)
        .default([])
        .meta({ description: 'Words for the models, by path. All entries that name a file go along with its code.' }),
      privacy: z
        .strictObject({
          local_only: z.boolean().default(false).meta({ description: "No code leaves for a model that is not on the owner's machines." }),
          mask_secrets: z
            .boolean()
            .default(true)
            .meta({ description: 'Secrets in code are masked before a prompt leaves for a cloud model, in comments and in SARIF.' }),
        })
        .prefault({})
        .meta({ description: 'What may leave the machine.' }),
    })
    .meta({ title: '.aegis.yml', description: 'Configuration of Aegis.' });
}

/** One entry of `models`. */
export function modelReference(known: KnownParts) {
  return z.union([modelId.meta({ description: 'A registered id, or `TYPE:NAME`.' }), modelDefinition(known)]);
}

export type AegisConfig = z.output<ReturnType<typeof aegisConfig>>;

function reviewSchema() {
  return z.strictObject({
    min_severity: severitySchema.default('low').meta({ description: 'Findings below this severity do not count.' }),
    min_confidence: share.default(0).meta({ description: 'Findings below this confidence do not count; an unstated confidence passes.' }),
    scope: z
      .enum(['added', 'hunks', 'file'])
      .default('hunks')
      .meta({ description: 'Where a finding counts: on added lines, in changed hunks, or anywhere in a changed file.' }),
    max_comments: z.int().min(0).max(1000).default(20).meta({ description: 'Most comments on one head; the summary lists the others.' }),
    drafts: z.boolean().default(false).meta({ description: 'Whether draft pull requests are reviewed.' }),
    bots: z.boolean().default(true).meta({ description: 'Whether pull requests of bots are reviewed.' }),
    forks: z.boolean().default(true).meta({ description: 'Whether pull requests from forks are reviewed.' }),
    suggestions: z.boolean().default(true).meta({ description: 'Whether comments offer replacements to commit.' }),
    summary: z.boolean().default(true).meta({ description: 'Whether one summary comment is kept up to date.' }),
    request_changes: z.boolean().default(false).meta({
      description: 'Whether a review that makes the check fail requests changes; the request is dismissed when nothing blocks any more.',
    }),
    uncovered: z
      .enum(['incomplete', 'note'])
      .default('incomplete')
      .meta({ description: 'What source that no model covers means: an incomplete review, or a note in the summary.' }),
  });
}

function suppressSchema() {
  return z
    .strictObject({
      cwe: z
        .string()
        .regex(/^CWE-[1-9]\d{0,5}$/, 'must be a CWE such as `CWE-798`')
        .optional()
        .meta({ description: 'The weakness. Default: any.' }),
      paths: globs.min(1).optional().meta({ description: 'Globs of the files. Default: all.' }),
      reason: z.string().min(1).max(500).meta({ description: 'Why; the summary shows it.' }),
      until: z.iso
        .date('must be a day such as `2027-01-31`')
        .optional()
        .meta({ description: 'Last day on which the rule holds. Default: for ever.' }),
    })
    .refine(({ cwe, paths }) => cwe !== undefined || paths !== undefined, {
      error: 'must name a `cwe` or `paths`: it would suppress every finding',
      when: isSound,
    });
}

/** A key that is misspelt is one problem, not two. */
function isSound({ issues }: { readonly issues: readonly unknown[] }): boolean {
  return issues.length === 0;
}

function overrideSchema() {
  return z
    .strictObject({
      paths: globs.min(1).meta({ description: 'Globs of the files that this is for.' }),
      min_severity: severitySchema.optional().meta({ description: 'Findings below this severity do not count in these files.' }),
      models: modelIds
        .optional()
        .meta({ description: 'Only these models are shown these files, by id. Each must have a part in the review.' }),
      fail_on: severityOrNone
        .optional()
        .meta({ description: 'In these files, the check fails on a finding of this severity or worse; `none` turns that off.' }),
    })
    .refine(({ min_severity, models, fail_on }) => min_severity !== undefined || models !== undefined || fail_on !== undefined, {
      error: 'must give `min_severity`, `models` or `fail_on`: it would change nothing',
      when: isSound,
    });
}

function skipSchema() {
  const texts = z.array(z.string().min(1).max(300)).max(100).default([]);
  return z.strictObject({
    branches: texts.meta({ description: 'Names of head branches.' }),
    labels: texts.meta({ description: 'Labels that it has.' }),
    authors: texts.meta({ description: 'Login names of authors.' }),
    titles: texts.meta({ description: 'Titles.' }),
  });
}
