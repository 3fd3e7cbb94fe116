import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeOnnx, type OnnxGraph } from './onnx-file.ts';

/** Words that the tiny models know. One that is dangerous makes a text, or is as a token, VULNERABLE. */
const MARKS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const DANGEROUS = ['eval', 'exec', 'system', 'strcpy'];
const WORDS = [...MARKS, ...DANGEROUS, 'safe', 'return', 'const', 'let', '(', ')', ';', '=', '.', '"'];

/** Tokens that the tiny models take at once. */
export const TINY_WINDOW = 32;

const classifierConfig = (labels: readonly string[], architecture: string) => ({
  model_type: 'bert',
  architectures: [architecture],
  hidden_size: 2,
  num_labels: labels.length,
  id2label: Object.fromEntries(labels.map((label, at) => [at, label])),
  vocab_size: WORDS.length,
  max_position_embeddings: TINY_WINDOW,
});

/** A text classifier: the more dangerous words a text has for its safe ones, the likelier it is VULNERABLE. */
export function writeTextClassifier(folder: string): string {
  const graph: OnnxGraph = {
    inputs: ['input_ids', 'attention_mask'],
    weights: {
      words: { dims: [WORDS.length, 2], values: WORDS.flatMap((word) => [DANGEROUS.includes(word) ? 1 : 0, word === 'safe' ? 1 : 0]) },
      mix: { dims: [2, 2], values: [-20, 20, 20, -20] },
      bias: { dims: [2], values: [1, -1] },
    },
    constants: { last: [2], sequence: [1] },
    nodes: [
      { op: 'Gather', inputs: ['words', 'input_ids'], output: 'embedded' },
      { op: 'Cast', inputs: ['attention_mask'], output: 'mask', attributes: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['mask', 'last'], output: 'mask3' },
      { op: 'Mul', inputs: ['embedded', 'mask3'], output: 'shown' },
      { op: 'ReduceSum', inputs: ['shown', 'sequence'], output: 'sum', attributes: { keepdims: 0 } },
      { op: 'ReduceSum', inputs: ['mask3', 'sequence'], output: 'length', attributes: { keepdims: 0 } },
      { op: 'Div', inputs: ['sum', 'length'], output: 'mean' },
      { op: 'MatMul', inputs: ['mean', 'mix'], output: 'mixed' },
      { op: 'Add', inputs: ['mixed', 'bias'], output: 'logits' },
    ],
    output: { name: 'logits', dims: ['batch', 2] },
  };
  return writeModel(folder, graph, classifierConfig(['SAFE', 'VULNERABLE'], 'BertForSequenceClassification'));
}

/** A token classifier: each dangerous word is VULNERABLE, and everything else is nothing. */
export function writeTokenClassifier(folder: string): string {
  const graph: OnnxGraph = {
    inputs: ['input_ids', 'attention_mask'],
    weights: {
      words: { dims: [WORDS.length, 2], values: WORDS.flatMap((word) => (DANGEROUS.includes(word) ? [-3, 3] : [3, -3])) },
    },
    constants: {},
    nodes: [{ op: 'Gather', inputs: ['words', 'input_ids'], output: 'logits' }],
    output: { name: 'logits', dims: ['batch', 'sequence', 2] },
  };
  return writeModel(folder, graph, classifierConfig(['O', 'B-VULNERABLE'], 'BertForTokenClassification'));
}

/** What the tiny language model writes, whatever it is asked. */
export const TINY_ANSWER = '{"findings": [] }';
const ANSWER_TOKENS = ['{"', 'findings', '": ', '[] ', '}'];

/** A language model that knows one sentence: each token calls for the next. */
export function writeLanguageModel(folder: string): string {
  const chain = ['<ask>', ...ANSWER_TOKENS, '<end>'];
  const tokens = ['<pad>', '<unk>', ...chain, 'x'];
  const next = (token: string) => tokens.indexOf(chain[chain.indexOf(token) + 1] ?? '<end>');
  const graph: OnnxGraph = {
    inputs: ['input_ids'],
    weights: {
      words: {
        dims: [tokens.length, tokens.length],
        values: tokens.flatMap((token) => tokens.map((_, at) => (at === next(token) ? 9 : 0))),
      },
    },
    constants: {},
    nodes: [{ op: 'Gather', inputs: ['words', 'input_ids'], output: 'logits' }],
    output: { name: 'logits', dims: ['batch', 'sequence', tokens.length] },
  };
  const config = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_size: 2,
    num_attention_heads: 1,
    num_hidden_layers: 0,
    vocab_size: tokens.length,
    max_position_embeddings: 64,
    eos_token_id: tokens.indexOf('<end>'),
    bos_token_id: tokens.indexOf('<ask>'),
  };
  writeFiles(folder, graph, config, {
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: 64,
      eos_token: '<end>',
      pad_token: '<pad>',
      unk_token: '<unk>',
      chat_template: "{% for m in messages %}{{ m['content'] }} {% endfor %}{% if add_generation_prompt %}<ask>{% endif %}",
    },
    'tokenizer.json': {
      version: '1.0',
      added_tokens: ['<pad>', '<unk>', '<ask>', '<end>'].map((content) => added(content, tokens.indexOf(content))),
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: { type: 'WordLevel', unk_token: '<unk>', vocab: vocabulary(tokens) },
    },
  });
  return folder;
}

function writeModel(folder: string, graph: OnnxGraph, config: object): string {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')];
  const specialTokens = Object.fromEntries(['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [WORDS.indexOf(id)], tokens: [id] }]));
  writeFiles(folder, graph, config, {
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: TINY_WINDOW,
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      pad_token: '[PAD]',
      unk_token: '[UNK]',
    },
    'tokenizer.json': {
      version: '1.0',
      added_tokens: MARKS.map(added),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: { type: 'TemplateProcessing', single, pair: single, special_tokens: specialTokens },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: vocabulary(WORDS),
      },
    },
  });
  return folder;
}

function writeFiles(folder: string, graph: OnnxGraph, config: object, files: Readonly<Record<string, object>>): void {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'onnx', 'model.onnx'), encodeOnnx(graph));
  for (const [name, value] of Object.entries({ 'config.json': config, ...files })) writeFileSync(join(folder, name), JSON.stringify(value));
}

const vocabulary = (words: readonly string[]) => Object.fromEntries(words.map((word, at) => [word, at]));

function added(content: string, id: number) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
