import { z } from 'zod';
import { callSettings } from '#model/call-settings.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';

const schema = z.object(callSettings);

/** What an entry says of its calls, among the settings of its provider. Throws `InputError` with every problem in one sentence. */
export function readCallSettings(entry: Pick<ModelEntry, 'model_id' | 'settings'>): z.infer<typeof schema> {
  const read = schema.safeParse(entry.settings);
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => `${['settings', ...issue.path].join('.')}: ${issue.message}`);
  throw new InputError(`The model ${entry.model_id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its settings.' });
}
