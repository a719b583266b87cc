import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, cutShare } from './documents/measure.ts';

const recordings = resolve(import.meta.dirname, '../fixtures/recordings');

describe('the comparison with a reference', () => {
  const reference = 'The lamp of Zennor was lit by Ada Penrose in the storm.';

  it('of the same words is perfect, whatever the lines', () => {
    expect(compare(reference.replaceAll(' ', '\n'), reference)).toEqual({
      recall: 1,
      precision: 1,
      order: 1,
      glued: 0,
    });
  });

  it('counts what is lost, what is added, what is moved and what is glued', () => {
    expect(compare('The lamp of Zennor was lit', reference).recall).toBeCloseTo(6 / 12);
    expect(compare(`Menu Home ${reference}`, reference).precision).toBeCloseTo(12 / 14);
    expect(compare('Ada Penrose lit the lamp', 'the lamp lit Ada Penrose').order).toBeCloseTo(2 / 5);
    expect(compare('Thelamp ofZennor was lit', reference).glued).toBeCloseTo(500);
    expect(compare('', reference)).toMatchObject({ recall: 0, precision: 1 });
  });

  it('compares words of scripts without spaces', () => {
    const text = '灯台の光は嵐の夜にともされた。';
    expect(compare(text, text)).toMatchObject({ recall: 1, precision: 1 });
  });

  it('finds passages that end inside a sentence', () => {
    expect(cutShare(['It ends.', 'It does not', '光った。', 'one, '])).toBe(0.5);
  });
});

describe('make corpus', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nova-corpus-'));
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'lamp.html'), '<main><h1>Lamp</h1><p>It was lit by Ada.</p></main>');
    writeFileSync(join(folder, 'deep', 'lamp.txt'), 'Lamp\nIt was lit by Ada.');
    writeFileSync(join(folder, 'broken.pdf'), '%PDF-1.7\nnothing else');
    writeFileSync(join(folder, 'picture.png'), 'no document');
    copyFileSync(join(recordings, 'talk.opus'), join(folder, 'talk.opus'));
    writeFileSync(join(folder, 'broken.wav'), 'RIFF and nothing else');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const corpus = (env: Record<string, string>) =>
    spawnSync('node', ['tests/corpus/main.ts'], { env: { ...process.env, ...env }, encoding: 'utf8' });

  it('reads every file of a folder and compares documents with the text beside them', () => {
    const { status, stdout } = corpus({ DIR: folder, JSON: '1' });

    expect(JSON.parse(stdout)).toEqual([
      { file: 'broken.pdf', refusal: expect.any(String), milliseconds: expect.any(Number) },
      expect.objectContaining({
        file: 'deep/lamp.html',
        recall: 1,
        precision: 1,
        order: 1,
        passages: 1,
        from: 'text',
      }),
      { file: 'broken.wav', sound: { refusal: expect.any(String) } },
      {
        file: 'talk.opus',
        sound: expect.objectContaining({ codec: 'opus', channels: 1, decoded: expect.anything() }),
      },
    ]);
    expect(status).toBe(0);
    const { stdout: shown } = corpus({ DIR: folder });
    expect(shown).toMatch(/2 documents: 1 read, 1 refused, 0 faults\n1 passages/);
    expect(shown).toMatch(/2 recordings: 1 decoded, 0 for Amazon Transcribe, 1 refused, 0 faults/);
  });

  it('says what is missing', () => {
    const { status, stderr } = corpus({ DIR: join(folder, 'nowhere') });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^DIR is ".*nowhere", but must be a folder with documents/);
  });
});
