import { join } from 'node:path';
import type { ModelEntry } from '#model/model-entry.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { isPath, pathFrom } from './local-settings.ts';
import type { ModelFiles } from './model-files.ts';

/** Where the files of a model are, or will be. */
export interface ModelPlace {
  readonly folder: string;
  /** As the entry names it. */
  readonly shown: string;
  /** The name on the hub, where the model may be fetched; else null. */
  readonly fetched: string | null;
  readonly cacheFolder: string;
}

interface PlaceSettings {
  readonly path?: string | undefined;
  readonly cache_folder: string;
  readonly allow_download: boolean;
}

/** A folder that the entry names, else the model's own in the cache folder. */
export function placeModel({ model_name }: ModelEntry, settings: PlaceSettings, baseFolder: string): ModelPlace {
  const { path = isPath(model_name) ? model_name : undefined, cache_folder, allow_download } = settings;
  const cacheFolder = pathFrom(baseFolder, cache_folder);
  if (path !== undefined) return { folder: pathFrom(baseFolder, path), shown: path, fetched: null, cacheFolder };
  const fetched = allow_download ? model_name : null;
  return { folder: join(cacheFolder, model_name), shown: join(cache_folder, model_name), fetched, cacheFolder };
}

/** What is thrown where files are missing and may not be fetched. */
export function filesMissing(
  { model_id }: ModelEntry,
  { shown }: ModelPlace,
  { names }: Extract<ModelFiles, { kind: 'missing' }>,
): ProviderError {
  return new ProviderError('not-found', `The files of ${model_id} are not in ${shown}: ${names.join(', ')}`, {
    hint: 'Export the model as docs/guides/onnx-export.md shows, or set allow_download.',
  });
}
