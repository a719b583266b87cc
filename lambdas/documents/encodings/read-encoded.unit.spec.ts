import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decoderOf } from './decoder.ts';
import { readEncoded } from './read-encoded.ts';

interface Fixture {
  readonly text: string;
  /** Base64 by the name of the encoding. */
  readonly encoded: Readonly<Record<string, string>>;
}

/** Made by tests/fixtures/make-encoded-texts.py. */
const fixtures: Readonly<Record<string, Fixture>> = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../tests/fixtures/encoded-texts.json'), 'utf8'),
);
const all = Object.entries(fixtures).flatMap(([language, { text, encoded }]) =>
  Object.entries(encoded).map(
    ([name, bytes]) => [language, name, Buffer.from(bytes, 'base64'), text] as const,
  ),
);
const japanese = all.filter(([language]) => language === 'ja');
const english = 'The keeper lit the lamp at dusk and slept at dawn. '.repeat(20);

const read = (bytes: Uint8Array, contentType = 'text/plain', isCut = false) =>
  readEncoded({ bytes, contentType, isCut });

describe('a text whose encoding nothing names', () => {
  it.each(all)('in %s is read in %s', async (_language, _name, bytes, text) => {
    expect(await read(bytes)).toMatchObject({ text });
  });

  it.each(all.filter(([, name]) => !/^utf-(?:16|32)|^iso-2022/.test(name)))(
    'that is mostly English is read in its words of %s, in %s, or refused with a remedy',
    async (_language, _name, bytes, text) => {
      const found = await read(Buffer.concat([Buffer.from(english), bytes]));

      if (found.text === undefined) expect(found.detail).toMatch(/cannot be told.*charset=/);
      else expect(found.text).toBe(english + text);
    },
  );

  it('is UTF-8 when it is valid UTF-8, with or without a byte order mark', async () => {
    expect(await read(Buffer.from('Füße 灯台'))).toMatchObject({ text: 'Füße 灯台', isCertain: true });
    expect(await read(Buffer.from('\ufeffFüße'))).toMatchObject({ text: 'Füße' });
  });

  it.each([
    ['zero bytes', Buffer.from('T\0h\0e\0\0\0k\0', 'latin1')],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex')],
    ['bytes', Buffer.from([0, 1, 2, 255, 254, 0])],
    ['zero bytes in UTF-8', Buffer.from('The keeper\0slept.')],
  ])('is no text with %s', async (_, bytes) => {
    expect(await read(bytes)).toMatchObject({ fault: 'binary' });
  });

  it('too short to tell is refused with a remedy', async () => {
    expect(await read(Buffer.from([0x66, 0xff, 0xfe, 0x81]), 'text/markdown')).toMatchObject({
      fault: 'unknown',
      detail: expect.stringMatching(/its encoding cannot be told.*contentType: "text\/markdown; charset=/),
    });
  });

  it('in UTF-8 with a damaged byte is refused, and not read as another encoding', async () => {
    const damaged = Buffer.concat([
      Buffer.from('Die Füße der Bären sind naß, und für Öl ist es zu früh. '),
      Buffer.of(0xe9),
    ]);

    expect(await read(damaged)).toMatchObject({
      fault: 'unknown',
      detail: expect.stringContaining('is UTF-8 text with bytes that are not UTF-8'),
    });
  });

  it('may be cut inside a character', async () => {
    for (const [, , bytes, text] of japanese) {
      const found = await read(bytes.subarray(0, bytes.length - 1), 'text/plain', true);
      expect(text.startsWith(found.text ?? '?')).toBe(true);
    }
  });
});

describe('a text whose encoding is named', () => {
  it.each(all)(
    'of %s is read by the charset %s of its content type',
    async (_language, name, bytes, text) => {
      const short = decoderOf(name)?.decode(bytes, false);
      expect(short).toBe(text);
      expect(await read(bytes, `text/plain; charset=${name}`)).toMatchObject({ text, isCertain: true });
    },
  );

  it.each(['Shift_JIS', '"cp932"', 'windows-31j', 'sjis'])('may call it %s', async (label) => {
    const [, , bytes, text] = japanese.find(([, name]) => name === 'shift_jis') ?? ['', '', Buffer.of(), '?'];
    expect(await read(bytes, `text/plain; charset=${label}`)).toMatchObject({ text });
  });

  it('is refused when it is not in that encoding', async () => {
    expect(await read(Buffer.from([0x82, 0xff]), 'text/plain; charset=shift_jis')).toMatchObject({
      fault: 'charset',
      detail: expect.stringContaining('has charset=shift_jis, but is not text in that encoding'),
    });
  });

  it.each([
    ['utf-16le', 'fffe'],
    ['utf-16be', 'feff'],
    ['utf-32le', 'fffe0000'],
    ['utf-32be', '0000feff'],
  ])('by a byte order mark of %s is read without the mark', async (name, mark) => {
    for (const [, found, bytes, text] of all) {
      if (found !== name) continue;
      expect(
        await read(Buffer.concat([Buffer.from(mark, 'hex'), bytes]), 'text/plain; charset=utf-8'),
      ).toMatchObject({ text });
    }
  });
});

describe('a page', () => {
  const page = (head: string, name: string) => {
    const [, , bytes] = japanese.find(([, found]) => found === name) ?? ['', '', Buffer.of()];
    return Buffer.concat([Buffer.from(`<!doctype html><html><head>${head}</head><body>`), bytes]);
  };

  it.each([
    ['<meta charset="Shift_JIS">', 'shift_jis'],
    ['<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">', 'euc-jp'],
    ["<META CHARSET='iso-2022-jp'/>", 'iso-2022-jp'],
    ['<!-- <meta charset="utf-8"> --><meta charset=shift_jis>', 'shift_jis'],
  ])('is read by %s', async (head, name) => {
    const found = await read(page(head, name), 'text/html');

    expect(found).toMatchObject({ isCertain: true });
    expect(found.text).toContain('灯台守は夜になると');
  });

  it('whose meta is wrong is detected', async () => {
    const found = await read(page('<meta charset="utf-8">', 'shift_jis'), 'text/html');

    expect(found.text).toContain('灯台守は夜になると');
  });
});
