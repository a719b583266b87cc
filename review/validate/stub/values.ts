import { decode, ExtData, encode } from '@msgpack/msgpack';

/** A value as Terraform sends it. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export type Values = Readonly<Record<string, unknown>>;

/** What is known only once it was applied: MessagePack extension 0. Source: cty, docs/concepts-refinements "msgpack". */
export const unknown = new ExtData(0, new Uint8Array(1));

export const isUnknown = (value: unknown): boolean => value instanceof ExtData;

/** Numbers too large for a double come as text; none here are. */
export function read(value: DynamicValue | undefined): Values | undefined {
  if (value?.msgpack && value.msgpack.length > 0)
    return (decode(value.msgpack) as Values | null) ?? undefined;
  if (value?.json && value.json.length > 0) return JSON.parse(Buffer.from(value.json).toString()) as Values;
  return undefined;
}

export const write = (value: Values | undefined): DynamicValue => ({ msgpack: encode(value ?? null) });
