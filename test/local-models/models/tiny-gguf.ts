import { writeFileSync } from 'node:fs';

/** Writes files of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md with random weights. */

const WIDTH = 32;
const FEED_FORWARD = 64;
const HEADS = 2;
/** Tokens that the tiny model was "trained" on at once. */
export const TINY_CONTEXT = 4096;
const ALIGNMENT = 32;

const TYPE = { u32: 4, i32: 5, f32: 6, string: 8, list: 9 } as const;
type Value =
  | readonly [type: 'u32' | 'i32' | 'f32', value: number]
  | readonly [type: 'string', value: string]
  | readonly [type: 'list', of: 'i32' | 'f32' | 'string', values: readonly (number | string)[]];

interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** A one-layer Llama whose tokens are bytes and some letters. It writes noise; held to a grammar it writes noise of that form. */
export function writeTinyGguf(path: string): string {
  const { tokens, types } = vocabulary();
  const random = randomNumbers(42);
  const weights = (name: string, dims: readonly number[]) => tensor(name, dims, random);
  const ones = (name: string) => tensor(name, [WIDTH], () => 1);
  const block = (name: string) => `blk.0.${name}.weight`;
  const tensors = [
    weights('token_embd.weight', [WIDTH, tokens.length]),
    ones('output_norm.weight'),
    weights('output.weight', [WIDTH, tokens.length]),
    ones(block('attn_norm')),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => weights(block(name), [WIDTH, WIDTH])),
    ones(block('ffn_norm')),
    weights(block('ffn_gate'), [WIDTH, FEED_FORWARD]),
    weights(block('ffn_up'), [WIDTH, FEED_FORWARD]),
    weights(block('ffn_down'), [FEED_FORWARD, WIDTH]),
  ];
  writeFileSync(
    path,
    encodeGguf(
      {
        'general.architecture': ['string', 'llama'],
        'general.name': ['string', 'tiny-random'],
        'general.alignment': ['u32', ALIGNMENT],
        'llama.context_length': ['u32', TINY_CONTEXT],
        'llama.embedding_length': ['u32', WIDTH],
        'llama.block_count': ['u32', 1],
        'llama.feed_forward_length': ['u32', FEED_FORWARD],
        'llama.attention.head_count': ['u32', HEADS],
        'llama.attention.head_count_kv': ['u32', HEADS],
        'llama.attention.layer_norm_rms_epsilon': ['f32', 1e-5],
        'llama.rope.dimension_count': ['u32', WIDTH / HEADS],
        'llama.vocab_size': ['u32', tokens.length],
        'tokenizer.ggml.model': ['string', 'llama'],
        'tokenizer.ggml.tokens': ['list', 'string', tokens],
        'tokenizer.ggml.scores': ['list', 'f32', tokens.map((_, at) => (types[at] === NORMAL ? -at : 0))],
        'tokenizer.ggml.token_type': ['list', 'i32', types],
        'tokenizer.ggml.bos_token_id': ['u32', 1],
        'tokenizer.ggml.eos_token_id': ['u32', 2],
        'tokenizer.ggml.unknown_token_id': ['u32', 0],
        'tokenizer.chat_template': ['string', "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% endfor %}"],
      },
      tensors,
    ),
  );
  return path;
}

/** A LoRA adapter of rank 4 for the tiny model, as `convert_lora_to_gguf.py` writes one. It changes what the model writes. */
export function writeTinyLora(path: string): string {
  const random = randomNumbers(7);
  const rank = 4;
  const tensors = ['attn_q', 'attn_v', 'attn_output', 'ffn_gate'].flatMap((name) => [
    tensor(`blk.0.${name}.weight.lora_a`, [WIDTH, rank], () => random() * 20),
    tensor(`blk.0.${name}.weight.lora_b`, [rank, name === 'ffn_gate' ? FEED_FORWARD : WIDTH], () => random() * 20),
  ]);
  writeFileSync(
    path,
    encodeGguf(
      {
        'general.architecture': ['string', 'llama'],
        'general.type': ['string', 'adapter'],
        'general.name': ['string', 'tiny-adapter'],
        'general.alignment': ['u32', ALIGNMENT],
        'adapter.type': ['string', 'lora'],
        'adapter.lora.alpha': ['f32', 8],
      },
      tensors,
    ),
  );
  return path;
}

const [UNKNOWN, NORMAL, CONTROL, BYTE] = [2, 1, 3, 6];

function vocabulary(): { readonly tokens: readonly string[]; readonly types: readonly number[] } {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const letters = ['▁', ...'abcdefghijklmnopqrstuvwxyz{}[]":,0123456789 '];
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, ...letters],
    types: [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...letters.map(() => NORMAL)],
  };
}

function tensor(name: string, dims: readonly number[], next: () => number): Tensor {
  const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  return { name, dims, values: values.map(next) };
}

/** A linear congruential generator: the same numbers in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.2;
  };
}

function encodeGguf(metadata: Readonly<Record<string, Value>>, tensors: readonly Tensor[]): Buffer {
  const entries = Object.entries(metadata);
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) head.push(text(key), u32(TYPE[value[0]]), encodeValue(value));
  let offset = 0;
  for (const { name, dims, values } of tensors) {
    head.push(text(name), u32(dims.length), ...dims.map(u64), u32(0), u64(offset));
    offset += padded(values.byteLength);
  }
  return Buffer.concat([pad(Buffer.concat(head)), ...tensors.map(({ values }) => pad(Buffer.from(values.buffer)))]);
}

function encodeValue(value: Value): Buffer {
  if (value[0] === 'list') {
    const [, of, values] = value;
    return Buffer.concat([u32(TYPE[of]), u64(values.length), ...values.map((one) => encodeValue([of, one] as unknown as Value))]);
  }
  if (value[0] === 'string') return text(value[1]);
  const bytes = Buffer.alloc(4);
  if (value[0] === 'f32') bytes.writeFloatLE(value[1]);
  else if (value[0] === 'i32') bytes.writeInt32LE(value[1]);
  else bytes.writeUInt32LE(value[1]);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

const padded = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);
