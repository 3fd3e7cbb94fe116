import type { Preset } from './preset.ts';

/** What the classifiers were trained on: https://arxiv.org/abs/1909.03496 (Devign), https://arxiv.org/abs/2403.18624 (PrimeVul). */
const C_AND_CPP = { languages: ['c', 'cpp'] };

/** None of the published models names its labels: 0 is secure and 1 insecure in the data that they were trained on. */
const LABELS = {
  positive_labels: ['LABEL_1', '1', 'VULNERABLE', 'INSECURE'],
  negative_labels: ['LABEL_0', '0', 'SAFE', 'SECURE', 'NON-VULNERABLE'],
};

/** Classifiers that say of a piece of code whether it looks vulnerable, in the order of how easily they are exported. */
export const CLASSIFIERS: readonly Preset[] = [
  classifier('codebert_insecure', 'mrm8488/codebert-base-finetuned-detect-insecure-code', {
    aliases: ['codebert', 'codebert-insecure'],
    family: 'codebert',
    summary: 'CodeBERT, trained to tell insecure C functions from secure ones (Devign). Needs an ONNX export, or an endpoint.',
  }),
  classifier('codebert_primevul', 'mahdin70/CodeBERT-PrimeVul-BigVul', {
    aliases: ['codebert-primevul'],
    family: 'codebert',
    summary:
      'CodeBERT, trained on vulnerable C and C++ functions (PrimeVul, BigVul). Its own architecture: exported by a script of the guide.',
  }),
  classifier('unixcoder_primevul', 'mahdin70/UnixCoder-Primevul-BigVul', {
    aliases: ['unixcoder', 'unixcoder-primevul'],
    family: 'unixcoder',
    summary:
      'UniXcoder, trained on vulnerable C and C++ functions (PrimeVul, BigVul). Its own architecture: exported by a script of the guide.',
  }),
  classifier('vulberta_devign', 'claudios/VulBERTa-MLP-Devign', {
    aliases: ['vulberta', 'vulberta-devign'],
    family: 'vulberta',
    summary: 'VulBERTa, trained to tell vulnerable C functions from others (Devign). Its tokenizer is its own: see the guide.',
  }),
];

function classifier(id: string, model: string, about: Pick<Preset, 'aliases' | 'summary'> & { readonly family: string }): Preset {
  const { aliases, summary, family } = about;
  return {
    id,
    aliases,
    summary,
    definition: {
      id,
      provider: 'hf_local',
      model,
      roles: ['triage'],
      parser: 'hf_classification',
      parser_config: { ...LABELS, threshold: 0.5 },
      family,
      covers: C_AND_CPP,
      settings: { task: 'text-classification' },
    },
    elsewhere: { hf_inference: { settings: { task: 'text-classification' } } },
  };
}
