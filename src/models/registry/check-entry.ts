import { faultsOf } from '#lib/faults.ts';
import { dotted, plain } from '#lib/yaml-path.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import { entryFromDefinition } from './make-entry.ts';
import { documentModel, type ModelParts } from './model-document.ts';
import { definitionOf } from './write-document.ts';

/**
 * An entry as the registry keeps it: what its definition makes of it, so that whatever is kept can be exported and read
 * back. Throws `InputError` with every problem.
 */
export function checkEntry(entry: ModelEntry, parts: ModelParts): ModelEntry {
  // What JSON does not hold, such as an undefined setting, lasts in no registry.
  const definition = JSON.parse(JSON.stringify(definitionOf(entry, []))) as unknown;
  const schema = documentModel(parts);
  const read = schema.safeParse(definition);
  if (!read.success) {
    const problems = faultsOf(read.error.issues, definition, schema).map(({ path, message }) => `${dotted(path)} ${message}`);
    throw new InputError(`The model ${plain(entry.model_id) || '""'} cannot be registered: ${problems.join('; ')}`, {
      hint: 'Mend its definition.',
    });
  }
  return entryFromDefinition(read.data, parts.providers, parts.parsers);
}
