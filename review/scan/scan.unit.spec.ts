import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Checks } from './checkov.ts';
import { differences } from './compare.ts';
import { section, withSection } from './render.ts';
import { type Verdicts, verdicts } from './verdicts.ts';

const checks = (...ids: string[]): Checks =>
  new Map(ids.map((id) => [id, { name: `name of ${id}`, resources: ['one', 'two'] }]));
const row = (...ids: string[]) => ({ ids, what: 'what', why: 'why' });
const ours: Verdicts = { met: [row('CKV_AWS_1', 'CKV_AWS_2')], notMet: [row('CKV_AWS_3')] };

describe('the verdicts', () => {
  it('agree with findings that they cover', () => {
    const passed = checks('CKV_AWS_1', 'CKV_AWS_2', 'CKV_AWS_9');

    expect(differences({ passed, failed: checks('CKV_AWS_3') }, ours)).toEqual([]);
  });

  it('name each finding that is new, each that is gone, and each that does not pass everywhere', () => {
    const passed = checks('CKV_AWS_1', 'CKV_AWS_3');

    expect(differences({ passed, failed: checks('CKV_AWS_1', 'CKV_AWS_4') }, ours)).toEqual([
      'CKV_AWS_1 (name of CKV_AWS_1): one and 1 more fails: mend it, or add it to notMet with the reason',
      'CKV_AWS_4 (name of CKV_AWS_4): one and 1 more fails: mend it, or add it to notMet with the reason',
      'CKV_AWS_3 does not fail: remove it from notMet',
      'CKV_AWS_1 does not pass everywhere: remove it from met',
      'CKV_AWS_2 does not pass everywhere: remove it from met',
    ]);
  });

  it('are what docs/security.md says, each with a reason', () => {
    const page = readFileSync('docs/security.md', 'utf8');

    expect(withSection(page, verdicts)).toBe(page);
    expect(section(verdicts)).toMatch(/CKV2_AWS_62 .*\n/);
    for (const { ids, why } of [...verdicts.met, ...verdicts.notMet]) {
      expect(ids.length).toBeGreaterThan(0);
      expect(why).not.toBe('');
    }
  });
});

it('make scan says plainly that Checkov is not installed, and fails', () => {
  const { status, stderr } = spawnSync(process.execPath, ['review/scan/main.ts'], {
    env: { ...process.env, PATH: '/nowhere' },
    encoding: 'utf8',
  });

  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^Checkov is not installed, so nothing was scanned: .*pip install checkov==3\.3\.30/,
  );
});
