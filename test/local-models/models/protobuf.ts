/** A writer of protocol buffers, as far as an ONNX file needs one: https://protobuf.dev/programming-guides/encoding/ */

/** A field that is a number is a varint; text and bytes are length-delimited; a list repeats its field. */
export type Field = number | bigint | string | Uint8Array | Message | readonly Field[];
/** Values by field number. */
export interface Message {
  readonly [field: number]: Field | undefined;
}

export function encodeMessage(message: Message): Buffer {
  return Buffer.concat(Object.entries(message).flatMap(([field, value]) => (value === undefined ? [] : encodeField(Number(field), value))));
}

function encodeField(field: number, value: Field): Buffer[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [varint(BigInt(field) << 3n), varint(BigInt(value))];
  if (Array.isArray(value)) return value.flatMap((one: Field) => encodeField(field, one));
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? Buffer.from(value as string) : encodeMessage(value as Message);
  return [varint((BigInt(field) << 3n) | 2n), varint(BigInt(bytes.length)), bytes];
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}
