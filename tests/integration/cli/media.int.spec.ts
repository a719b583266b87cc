import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '@nova/shared/limits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { toWav } from '../../fixtures/wav.ts';
import { sharedPlatform } from '../testing/platform.ts';
import { startNova } from './nova.ts';

/** The commands of `nova` for files and their content, with the running platform. */

const platform = sharedPlatform();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nova-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nova = (...args: readonly string[]) => startNova(['--data', platform.address, ...args]).ended;

/** A second of silence, and a chunk that readers skip: large to upload, and little to transcribe. */
function largeWav(): Buffer {
  const wav = toWav(new Float32Array(16_000), { sampleRate: 16_000, bits: 16, channels: 1 });
  const junk = Buffer.alloc(8 + limits.multipartFromBytes);
  junk.write('junk', 'latin1');
  junk.writeUInt32LE(limits.multipartFromBytes, 4);
  wav.writeUInt32LE(wav.length + junk.length - 8, 4);
  return Buffer.concat([wav, junk]);
}

async function file(name: string, body: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, body);
  return path;
}

describe('nova upload', () => {
  it('prints the content id of each file, and continues after one that fails', async () => {
    const notes = await file('keepers.md', '# Keepers\n\nThe lamp of Zennor was lit by Ada Penrose.');

    const { code, out, notes: errors } = await nova('upload', notes, join(folder, 'missing.txt'), folder);

    expect(code).toBe(2);
    expect(out).toMatch(/^✓ [0-9a-f-]{36} {2}.*keepers\.md {2}53 B {2}indexing \w+\n$/);
    expect(errors).toMatch(/✗ There is no file .*missing\.txt\./);
    expect(errors).toMatch(/✗ .* is not a file: name the files in it\./);
  });

  it('waits for what the upload starts, and says how it ended', async () => {
    const [good, bad] = [
      await file('terns.txt', 'Terns dive.'),
      await file('bad.pdf', '%PDF-1.7\nnothing else'),
    ];

    const { code, out } = await nova('upload', '--wait', good, bad);

    expect(code).toBe(1);
    const [first, second] = out.split('\n');
    expect(first).toMatch(/^✓ [0-9a-f-]{36} {2}.*terns\.txt {2}11 B {2}indexing done$/);
    expect(second).toMatch(/^✗ [0-9a-f-]{36} {2}.*bad\.pdf {2}21 B {2}indexing failed: ./);
    const list = await nova('content', 'list', '--name', 'bad.pdf', '--limit', '1');
    expect(list.out).toContain('indexing failed: ');
    const jobs = await nova(
      '--json',
      'jobs',
      'list',
      '--status',
      'failed',
      '--content',
      second?.slice(2, 38) ?? '',
    );
    expect(JSON.parse(jobs.out).items).toEqual([
      expect.objectContaining({ kind: 'indexing', status: 'failed' }),
    ]);
  });

  it('takes a large file in parts', async () => {
    const path = await file('large.wav', largeWav());

    const { code, out } = await nova('--json', 'upload', path);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ items: [{ status: 'ready', kind: 'audio' }], failed: 0 });
  });

  it.concurrent.each([
    ['empty.txt', '', /is empty/],
    ['data.xyz', '\0\x01\x02\0', /data\.xyz was refused: /],
    ['picture.png', 'no picture', /was refused: The file was registered as image\/png and is text\/plain/],
  ])('refuses %s with the remedy', async (name, body, reason) => {
    const { code, notes } = await nova('upload', await file(name, body));

    expect(code).toBe(2);
    expect(notes).toMatch(reason);
  });
});

describe('nova transcribe', () => {
  it('uploads a file and prints times, speakers, emotions and words', async () => {
    const path = await file('talk.wav', makeSpeech(['A: hello there', 'B (happy): good morning']));

    const { code, out, notes } = await nova('transcribe', path);

    expect(code).toBe(0);
    expect(out).toBe('[0:00] A: hello there\n[0:02] B (happy): good morning\n');
    expect(notes).toContain('by nova-local-stand-in');
    const contentId = /content ([0-9a-f-]{36})/.exec(notes)?.[1] ?? '';
    const srt = await nova('transcribe', contentId, '--format', 'srt');
    expect(srt.out).toMatch(/^1\n00:00:00,\d{3} --> 00:00:01,\d{3}\nA: hello there\n\n2\n/);
  });

  it('prints the reason when a file cannot be transcribed', async () => {
    const { code, notes } = await nova('transcribe', await file('words.txt', 'words'));

    expect(code).toBe(2);
    expect(notes).toMatch(/takes audio or video, and .* is document/);
  });
});

describe('nova analyze', () => {
  it('shows scenes, anomalies and answers', async () => {
    const scenes = [{ start: 0, end: 4, description: 'a gate opens' }];
    const anomalies = [{ start: 1, end: 2, severity: 'high', reason: 'smoke rises' }] as const;
    const path = await file('yard.mp4', await makeVideo({ seconds: 4, scenes, anomalies }));

    const { code, out } = await nova('analyze', path, '--question', 'When does the gate open?');

    expect(code).toBe(0);
    expect(out).toMatch(/Scenes\n {2}0:00–0:04 {2}a gate opens/);
    expect(out).toMatch(/Anomalies\n {2}0:01–0:02 {2}high, \d+ % sure {2}smoke rises/);
    expect(out).toContain('When does the gate open?');
  });
});

describe('nova search and nova reindex', () => {
  it('find an upload, before and after it was indexed again', async () => {
    const { out: uploaded } = await nova(
      '--json',
      'upload',
      await file('storm.txt', 'The storm of 1891 broke the rail.'),
    );
    const [{ contentId }] = JSON.parse(uploaded).items;
    await platform.api.indexed(contentId);

    const before = await nova('search', 'storm rail', '--top', '1');
    const anew = await nova('reindex', '--content', contentId);
    const after = await nova('search', 'storm rail', '--top', '1');

    expect(before.out).toMatch(/^storm\.txt {2}\d\.\d\d {2}.*\n {4}The storm of 1891 broke the rail\.\n$/);
    expect(anew).toMatchObject({ code: 0, out: '1 item indexed, 0 failed\n' });
    expect(after.out).toBe(before.out);
  });

  it('find a recording by its sound, once its sound is indexed', async () => {
    const words = ['harbour', 'lighthouse', 'orchard'];
    const lines = words.map((word) => `A: ${word} ${word}`);
    const speech = makeSpeech(lines, { pause: 16 });
    const { out } = await nova('--json', 'upload', await file('words.wav', speech));
    const [{ contentId }] = JSON.parse(out).items;
    await platform.api.indexed(contentId);

    const asked = await nova('reindex', '--content', contentId, '--source', 'media');
    const { results } = await platform.api.ok<{ results: { start: number; end: number }[] }>(
      ...(['POST', '/search', { query: 'orchard', filter: { sources: ['media'] } }] as const),
    );

    expect(asked).toMatchObject({ code: 0, out: '1 item indexed, 0 failed\n' });
    expect(results[0]).toMatchObject({ contentId, start: 45, end: 60 });
    const [scene, unknown] = await Promise.all([
      nova('reindex', '--content', contentId, '--source', 'scene'),
      nova('reindex', '--source', 'smell'),
    ]);
    expect(scene.out).toBe('0 items indexed, 0 failed, 1 item with nothing to index\n');
    expect(unknown.code).toBe(2);
  });

  it('require a query', async () => {
    expect(await nova('search')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('Pass either a query or'),
    });
  });
});
