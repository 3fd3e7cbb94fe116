import { InputError } from '#model/errors.ts';
import type { Plan } from '#model/plan.ts';

/** Packages that the Action installs only for whom it has a key, by the type of their models. */
const LARGE: Readonly<Record<string, { readonly name: string; readonly variable: string }>> = {
  anthropic: { name: '@anthropic-ai/sdk', variable: 'ANTHROPIC_API_KEY' },
  google: { name: '@google/genai', variable: 'GEMINI_API_KEY' },
};

/** Throws `InputError` for a model whose package was not installed. `isThere` looks for a package. */
export function requireVendors({ seats }: Pick<Plan, 'seats'>, isThere: (name: string) => boolean): void {
  for (const { model } of seats) {
    const large = LARGE[model.model_type];
    if (large === undefined || isThere(large.name)) continue;
    throw new InputError(`the model ${model.model_id} needs ${large.name}, which the Action installs only where ${large.variable} is set`, {
      hint: `Set ${large.variable} in the environment of the step, also where \`api_key\` names another variable.`,
    });
  }
}
