import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findTesseract } from './tesseract.ts';

const engine = findTesseract();
afterAll(() => engine?.close());

const fixture = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../../../tests/fixtures/pictures', name));

describe.skipIf(!engine)('Tesseract (skipped where `make tesseract` has not installed it)', () => {
  it.each([
    ['english.png', ['The lighthouse keeper lit the lamp at dusk.', 'Invoice 2047: total due 1,318.50 EUR']],
    ['japanese.png', ['灯台守は夜になると灯をともした。', '港の船は朝に出発します。']],
  ])('reads %s', { timeout: 60_000 }, async (name, lines) => {
    expect((await engine?.read(fixture(name)))?.split('\n')).toEqual(lines);
  });

  it('survives a picture that it cannot decode', { timeout: 60_000 }, async () => {
    await expect(engine?.read(Buffer.from('no picture'))).rejects.toThrow();

    expect(await engine?.read(fixture('english.png'))).toContain('lighthouse');
  });
});

it('is not found where it is not installed', () => {
  expect(findTesseract(tmpdir())).toBeUndefined();
});
