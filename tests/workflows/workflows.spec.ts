import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = '.github/workflows';
const files = readdirSync(folder).map((name) => ({
  name,
  content: readFileSync(join(folder, name), 'utf8'),
}));

/** What GitHub's own parser finds wrong. */
async function faultsIn(file: { name: string; content: string }): Promise<string[]> {
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
}
const jobsOf = (content: string) => Object.entries((parse(content) as { jobs: Record<string, Job> }).jobs);
const stepsOf = (content: string) => jobsOf(content).flatMap(([, { steps = [] }]) => steps);

describe.each(files)('$name', (file) => {
  const { content } = file;

  it('is what GitHub takes', async () => {
    expect(await faultsIn(file)).toEqual([]);
  });

  it('runs actions by the digest of what they are, with the version beside', () => {
    const used = content.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
    for (const line of used) {
      expect(line).toMatch(/uses: (\.\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
    }
  });

  it('may read the repository and nothing else, where a job does not say more', () => {
    expect((parse(content) as { permissions: object }).permissions).toEqual({ contents: 'read' });
    const writable = jobsOf(content).flatMap(([, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([what, how]) => (how === 'write' ? [what] : [])),
    );
    for (const what of writable) expect(['id-token', 'pull-requests', 'issues']).toContain(what);
  });

  it('holds no secret, and puts nothing of a stranger into a script', () => {
    expect(content).not.toMatch(/secrets\./);
    for (const { run = '' } of stepsOf(content)) expect(run).not.toContain('${{');
  });

  it('ends, and leaves no credentials of git behind', () => {
    for (const [, job] of jobsOf(content)) {
      if (!job.uses) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    }
    for (const { uses, with: given } of stepsOf(content)) {
      if (uses?.startsWith('actions/checkout')) expect(given).toEqual({ 'persist-credentials': false });
    }
  });

  it('calls only what the Makefile has', () => {
    const targets = execFileSync('make', ['help'], { encoding: 'utf8' }).matchAll(/^ {2}make (\w+)/gm);
    const known = new Set([...targets].map(([, name]) => name));
    const called = stepsOf(content).flatMap(({ run = '' }) =>
      [...run.matchAll(/\bmake (\w+)/g)].map(([, name]) => name),
    );
    for (const name of called) expect(known).toContain(name);
  });
});

it.each([
  ['an unknown key', 'on: push\njobs:\n  a:\n    runs-on: x\n    step: []\n'],
  ['a job that needs none', 'on: push\njobs:\n  a:\n    runs-on: x\n    needs: b\n    steps: [{run: x}]\n'],
  [
    'a broken expression',
    'on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: "$' + '{{ github. }}"}]\n',
  ],
])('the parser refuses %s', async (_, content) => {
  expect(await faultsIn({ name: 'seeded.yml', content })).not.toEqual([]);
});
