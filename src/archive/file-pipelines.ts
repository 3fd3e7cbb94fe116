import { Document, isMap, parseDocument } from 'yaml';
import { z } from 'zod';
import { faultsOf } from '#lib/faults.ts';
import { isPipelineName, PIPELINE_NAME_RULE } from '#lib/pipeline-name.ts';
import { readYaml } from '#lib/read-yaml.ts';
import { replaceFile } from '#lib/replace-file.ts';
import { withFileLock } from '#lib/with-file-lock.ts';
import { dotted } from '#lib/yaml-path.ts';
import { ConfigError } from '#model/errors.ts';
import type { ConsensusPipeline, ConsensusPipelines } from '#ports/consensus-pipelines.ts';
import { readIfThere, wordFault } from './file-faults.ts';

/** What a step must be is its reader's word: here it is kept as it was written. */
const pipelineSchema = z.strictObject({
  description: z.string().default(''),
  steps: z.array(z.record(z.string(), z.unknown())).min(1),
});
const fileSchema = z.strictObject({
  version: z.literal(1).default(1),
  pipelines: z.record(z.string().refine(isPipelineName, PIPELINE_NAME_RULE), pipelineSchema).default({}),
});

const HEADING = ' Consensus pipelines of Aegis: `.aegis.yml` names one as consensus.pipeline. This file may be changed by hand.';

/**
 * Consensus pipelines of a person's own machine, in one YAML file beside the registry. It may be written by hand, and
 * comments in it stay. A broken file is a `ConfigError` that names the places, and stays as it is.
 */
export function createFilePipelines(path: string): ConsensusPipelines {
  /** Changes the document where `edit` answers that it did. */
  const change = async (edit: (document: Document) => boolean): Promise<boolean> => {
    try {
      return await withFileLock(path, async () => {
        const text = await readIfThere(path);
        // What cannot be read must not be overwritten.
        if (text !== null) readPipelines(text, path);
        const document = text === null ? emptyDocument() : parseDocument(text);
        const changed = edit(document);
        if (changed) await replaceFile(path, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
        return changed;
      });
    } catch (error) {
      throw wordFault(error, `the consensus pipelines in ${path} cannot be written`, 'Make the file one that can be written.');
    }
  };
  return {
    async list() {
      const text = await readIfThere(path).catch((error: unknown) => {
        throw wordFault(error, `the consensus pipelines in ${path} cannot be read`, 'Make the file one that can be read.');
      });
      return text === null ? [] : readPipelines(text, path);
    },
    async save({ name, description, steps }) {
      await change((document) => {
        document.setIn(['pipelines', name], document.createNode({ ...(description === '' ? {} : { description }), steps }));
        return true;
      });
    },
    remove: (name) => change((document) => document.hasIn(['pipelines', name]) && document.deleteIn(['pipelines', name])),
  };
}

function emptyDocument(): Document {
  const document = new Document({ version: 1, pipelines: {} });
  document.commentBefore = HEADING;
  const pipelines = document.get('pipelines');
  // Written as a block once there is something in it.
  if (isMap(pipelines)) pipelines.flow = false;
  return document;
}

function readPipelines(text: string, source: string): readonly ConsensusPipeline[] {
  const yaml = readYaml(text);
  const raw = yaml.value ?? {};
  const file = fileSchema.safeParse(raw);
  const faults = file.success || yaml.problems.length > 0 ? [] : faultsOf(file.error.issues, raw, fileSchema);
  const problems = [
    ...yaml.problems,
    ...faults.map(({ path, message, kind }) => ({
      // Of a pipeline as a whole, its name is what is wrong, or the nearest to it.
      ...yaml.place(path, kind === 'unknown-key' || path.length === 2 ? 'key' : 'value'),
      key: dotted(path),
      message,
    })),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (problems.length > 0 || !file.success) throw new ConfigError(source, problems, `Mend ${source}; nothing of it was taken.`);
  return Object.entries(file.data.pipelines)
    .map(([name, pipeline]) => ({ name, ...pipeline }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
