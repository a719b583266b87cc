/**
 * The 16-bit values of ITU-T G.711's codes, from -1 to 1, in tables: telephone sound has one code of eight bits a sample.
 * Source: ITU-T G.711 (11/88), tables 1 and 2; each law's values are scaled to 16 bits, as other decoders scale them.
 */

const codes = 256;

/** The value of a code of µ-law, whose bits are stored inverted. */
function muLawValue(code: number): number {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 7;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << exponent) - 0x84;
  return inverted & 0x80 ? -magnitude : magnitude;
}

/** The value of a code of A-law, of which every other bit is stored inverted. */
function aLawValue(code: number): number {
  const inverted = code ^ 0x55;
  const exponent = (inverted >> 4) & 7;
  const mantissa = ((inverted & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return inverted & 0x80 ? magnitude : -magnitude;
}

const tableOf = (value: (code: number) => number) =>
  Float32Array.from({ length: codes }, (_, code) => value(code) / 0x8000);

export const muLaw = tableOf(muLawValue);
export const aLaw = tableOf(aLawValue);
