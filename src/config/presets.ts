/**
 * Named sets of defaults. What they say lies beneath everything that a file says, and over the defaults of the schema.
 * They set what is shown, never what it may cost or what makes the check fail.
 */
export const PRESETS = {
  quiet: {
    description: 'Fewer, surer and worse findings only, on the lines that the change adds.',
    values: { review: { min_severity: 'medium', min_confidence: 0.6, scope: 'added', max_comments: 5 } },
  },
  balanced: { description: 'The defaults.', values: {} },
  thorough: {
    description: 'Findings of every severity, anywhere in the files that the change touches.',
    values: { review: { min_severity: 'info', min_confidence: 0, scope: 'file', max_comments: 50 } },
  },
} as const satisfies Readonly<Record<string, { readonly description: string; readonly values: Readonly<Record<string, unknown>> }>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
