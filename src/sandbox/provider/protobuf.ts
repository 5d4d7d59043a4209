/** Message types by name, their fields by name: `string 1`, `repeated Block 2`, `map<string,Schema> 3`. */
export type MessageTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A message as a plain object: what was not sent is missing. */
export type Message = Record<string, unknown>;

/** Writes and reads messages of the types that it was made for. */
export interface Protobuf {
  encode(type: string, message: Message): Buffer;
  decode(type: string, bytes: Buffer): Message;
}

interface Field {
  name: string;
  number: number;
  type: string;
  isRepeated: boolean;
  isMap: boolean;
}

// https://protobuf.dev/programming-guides/encoding/
const varints = new Set(['int32', 'int64', 'bool']);
const wire = { varint: 0, eightBytes: 1, length: 2, fourBytes: 5 };

/**
 * Protocol buffers, as far as Terraform's plugin protocol goes: strings, bytes, booleans, integers that are not negative,
 * messages, lists and maps of them. The usual packages take longer to load than a plan takes.
 */
export function protobuf(types: MessageTypes): Protobuf {
  const known = new Map<string, Field[]>();

  function fieldsOf(type: string): Field[] {
    let fields = known.get(type);
    if (!fields) known.set(type, (fields = Object.entries(types[type] ?? {}).map(parseField)));
    return fields;
  }

  function encode(type: string, message: Message): Buffer {
    const chunks: Uint8Array[] = [];
    for (const field of fieldsOf(type)) {
      const value = message[field.name];
      if (value === undefined || value === null) continue;
      if (field.isMap) {
        for (const [key, item] of Object.entries(value)) {
          const entry: Uint8Array[] = [];
          add(entry, 1, 'string', key);
          add(entry, 2, field.type, item);
          addBytes(chunks, field.number, Buffer.concat(entry));
        }
      } else if (field.isRepeated) for (const item of value as unknown[]) add(chunks, field.number, field.type, item);
      else add(chunks, field.number, field.type, value);
    }
    return Buffer.concat(chunks);
  }

  function add(chunks: Uint8Array[], number: number, type: string, value: unknown): void {
    if (varints.has(type)) chunks.push(Buffer.from([...varint(number * 8 + wire.varint), ...varint(Number(value))]));
    else if (type === 'string') addBytes(chunks, number, Buffer.from(value as string));
    else if (type === 'bytes') addBytes(chunks, number, value as Uint8Array);
    else addBytes(chunks, number, encode(type, value as Message));
  }

  function decode(type: string, bytes: Buffer): Message {
    const fields = fieldsOf(type);
    const message: Message = {};
    eachField(bytes, (number, value) => {
      const field = fields.find((one) => one.number === number);
      if (!field) return;
      if (field.isMap) {
        const map = (message[field.name] ??= {}) as Record<string, unknown>;
        const [key, item] = readEntry(field.type, value as Buffer);
        map[key] = item;
      } else if (field.isRepeated) ((message[field.name] ??= []) as unknown[]).push(read(field.type, value));
      else message[field.name] = read(field.type, value);
    });
    return message;
  }

  function read(type: string, value: number | Buffer): unknown {
    if (typeof value === 'number') return type === 'bool' ? value !== 0 : value;
    if (type === 'string') return value.toString();
    return type === 'bytes' ? value : decode(type, value);
  }

  function readEntry(type: string, bytes: Buffer): [key: string, value: unknown] {
    let key = '';
    let item: unknown;
    eachField(bytes, (number, value) => {
      if (number === 1) key = value.toString();
      else item = read(type, value);
    });
    return [key, item];
  }

  return { encode, decode };
}

function parseField([name, text]: [string, string]): Field {
  const [, repeated, map, type = '', number] = /^(repeated )?(map<string,)?(\w+)>? (\d+)$/.exec(text) ?? [];
  return { name, number: Number(number), type, isRepeated: repeated !== undefined, isMap: map !== undefined };
}

function addBytes(chunks: Uint8Array[], number: number, bytes: Uint8Array): void {
  chunks.push(Buffer.from([...varint(number * 8 + wire.length), ...varint(bytes.length)]), bytes);
}

// Seven bits a byte, the lowest first. Not with shifts: those know 32 bits only.
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}

function eachField(bytes: Buffer, use: (number: number, value: number | Buffer) => void): void {
  let at = 0;
  function readVarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('the message ends in the middle of a number');
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }
  function take(length: number): Buffer {
    if (at + length > bytes.length) throw new RangeError('the message ends in the middle of a field');
    at += length;
    return bytes.subarray(at - length, at);
  }
  while (at < bytes.length) {
    const tag = readVarint();
    const kind = tag % 8;
    if (kind === wire.varint) use(Math.floor(tag / 8), readVarint());
    else if (kind === wire.length) use(Math.floor(tag / 8), take(readVarint()));
    // Numbers of fixed length, of which the protocol has none that we know.
    else if (kind === wire.eightBytes) take(8);
    else if (kind === wire.fourBytes) take(4);
    else throw new RangeError(`the message has a field of the unknown kind ${kind}`);
  }
}
