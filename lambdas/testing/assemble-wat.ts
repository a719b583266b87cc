/**
 * Assembles WebAssembly's text format into its binary format (WebAssembly 2.0, §5 and §6), as far as `weighted-sum.wat`
 * needs it: a module of one imported memory and one exported function, with a body of one instruction per line.
 */
export function assembleWat(text: string): Uint8Array {
  const source = text.replaceAll(/;;.*$/gm, '');
  const [, module = '', name = '', pages = ''] = match(source, /\(import "(\w+)" "(\w+)" \(memory (\d+)\)\)/);
  const [, exported = ''] = match(source, /\(func \(export "(\w+)"\)/);
  const [, result = ''] = match(source, /\(result (\w+)\)/);
  const params = [...source.matchAll(/\(param \$(\w+) (\w+)\)/g)].map(([, param, type]) => ({ param, type }));
  const locals = [...source.matchAll(/\(local \$(\w+) (\w+)\)/g)].map(([, param, type]) => ({ param, type }));
  const variables = [...params, ...locals].map(({ param }) => `$${param}`);
  const [, body = ''] = match(source, /\(local \$\w+ \w+\)\s*\n((?:(?!\(local).)*)\)\)\s*$/s);
  const code = body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line) => instruction(line, variables));
  const types = new Set(locals.map(({ type }) => type));
  if (types.size !== 1) throw new Error('Only locals of one type are supported');
  const declared = vector([[...uint(locals.length), typeCode(locals[0]?.type)]]);
  const signature = [
    0x60,
    ...vector(params.map(({ type }) => [typeCode(type)])),
    ...vector([[typeCode(result)]]),
  ];
  const memory = [...string(module), ...string(name), 0x02, 0x00, ...uint(Number(pages))];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([signature])),
    ...section(2, vector([memory])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...string(exported), 0x00, 0x00]])),
    ...section(10, vector([sized([...declared, ...code, opcodes.end])])),
  ]);
}

/** Opcodes of the vector instructions follow the prefix `fd`. */
const opcodes = { loop: 0x03, end: 0x0b, br_if: 0x0d, i32_const: 0x41 } as const;
const plain: Readonly<Record<string, readonly number[]>> = {
  loop: [opcodes.loop, 0x40],
  end: [opcodes.end],
  'i32.lt_u': [0x49],
  'i32.add': [0x6a],
  'f32.add': [0x92],
  'f32x4.add': [0xfd, ...uint(0xe4)],
  'f32x4.mul': [0xfd, ...uint(0xe6)],
};
const variable: Readonly<Record<string, number>> = {
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
};

function instruction(line: string, variables: readonly string[]): readonly number[] {
  const [name = '', operand = '', alignment = ''] = line.split(/\s+/);
  const known = plain[name];
  if (known) return known;
  const access = variable[name];
  if (access !== undefined) return [access, ...uint(variables.indexOf(operand))];
  switch (name) {
    case 'br_if':
      return [opcodes.br_if, ...uint(Number(operand))];
    case 'i32.const':
      return [opcodes.i32_const, ...uint(Number(operand))];
    case 'v128.load':
      // The binary format stores the alignment as a power of two.
      return [0xfd, 0x00, Math.log2(numberOf('align', alignment)), ...uint(numberOf('offset', operand))];
    case 'f32x4.extract_lane':
      return [0xfd, 0x1f, Number(operand)];
    default:
      throw new Error(`The instruction ${name} is not supported`);
  }
}

const numberOf = (name: string, argument: string) => Number(argument.replace(`${name}=`, ''));

function typeCode(type: string | undefined): number {
  const code = { i32: 0x7f, f32: 0x7d, v128: 0x7b }[type ?? ''];
  if (code === undefined) throw new Error(`The type ${type} is not supported`);
  return code;
}

/** LEB128. */
function uint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uint(value >>> 7)];
}

const sized = (bytes: readonly number[]) => [...uint(bytes.length), ...bytes];
const string = (text: string) => sized([...Buffer.from(text)]);
const section = (id: number, content: readonly number[]) => [id, ...sized(content)];
const vector = (items: readonly (readonly number[])[]) => [...uint(items.length), ...items.flat()];

function match(text: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(text);
  if (!found) throw new Error(`The text has nothing like ${pattern}`);
  return found;
}
