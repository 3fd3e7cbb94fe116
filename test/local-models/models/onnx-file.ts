import { encodeMessage, type Message } from './protobuf.ts';

/** Field numbers and types are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPSET = 17;

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  /** Floats by name, with their shape. */
  readonly weights: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>>;
  /** Whole numbers that operators take as input. */
  readonly constants: Readonly<Record<string, readonly number[]>>;
  /** Names of inputs of the shape [batch, sequence]. */
  readonly inputs: readonly string[];
  readonly output: { readonly name: string; readonly dims: readonly (string | number)[] };
}

interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** An ONNX file of a graph. */
export function encodeOnnx(graph: OnnxGraph): Buffer {
  const initializers = [
    ...Object.entries(graph.weights).map(([name, { dims, values }]) => tensor(name, FLOAT, dims, new Float32Array(values))),
    ...Object.entries(graph.constants).map(([name, values]) =>
      tensor(name, INT64, [values.length], new BigInt64Array(values.map((value) => BigInt(value)))),
    ),
  ];
  return encodeMessage({
    1: IR_VERSION,
    2: 'aegis-test',
    7: {
      1: graph.nodes.map(({ op, inputs, output, attributes = {} }) => ({
        1: inputs,
        2: [output],
        3: output,
        4: op,
        5: Object.entries(attributes).map(([name, value]) => ({ 1: name, 3: value, 20: 2 })),
      })),
      2: 'tiny',
      5: initializers,
      11: graph.inputs.map((name) => valueInfo(name, INT64, ['batch', 'sequence'])),
      12: [valueInfo(graph.output.name, FLOAT, graph.output.dims)],
    },
    8: [{ 1: '', 2: OPSET }],
  });
}

function tensor(name: string, type: number, dims: readonly number[], values: Float32Array | BigInt64Array): Message {
  return { 1: dims, 2: type, 8: name, 9: new Uint8Array(values.buffer) };
}

function valueInfo(name: string, type: number, dims: readonly (string | number)[]): Message {
  return { 1: name, 2: { 1: { 1: type, 2: { 1: dims.map((dim) => (typeof dim === 'string' ? { 2: dim } : { 1: dim })) } } } };
}
