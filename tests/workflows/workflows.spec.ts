import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actions, contentOf, files, folder, type Job, jobsOf, stepsOf } from './workflow-files.ts';

/** The faults that GitHub's own parser finds. */
async function faultsIn(file: { name: string; content: string }): Promise<string[]> {
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

function faultsInAction(file: { name: string; content: string }): string[] {
  const { context } = parseAction(file, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each([...files, ...actions])('$name', ({ content }) => {
  it('pins actions by digest, with the version beside it', () => {
    const used = content.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
    for (const line of used) {
      expect(line).toMatch(/uses: (\.\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/);
    }
  });

  it('calls only targets of the Makefile', () => {
    const targets = execFileSync('make', ['help'], { encoding: 'utf8' }).matchAll(/^ {2}make (\w+)/gm);
    const known = new Set([...targets].map(([, name]) => name));
    const called = stepsOf(content).flatMap(({ run = '' }) =>
      [...run.matchAll(/\bmake (\w+)/g)].map(([, name]) => name),
    );
    for (const name of called) expect(known).toContain(name);
  });

  it('contains no secret, and puts no untrusted input into a script', () => {
    expect(content).not.toMatch(/secrets\./);
    for (const { run = '' } of stepsOf(content)) expect(run).not.toContain('${{');
  });
});

describe.each(files)('$name', (file) => {
  const { content } = file;

  it('is accepted by GitHub', async () => {
    expect(await faultsIn(file)).toEqual([]);
  });

  it('may only read the repository, unless a job says more', () => {
    expect((parse(content) as { permissions: object }).permissions).toEqual({ contents: 'read' });
    const writable = jobsOf(content).flatMap(([, { permissions = {} }]) =>
      Object.entries(permissions).flatMap(([what, how]) => (how === 'write' ? [what] : [])),
    );
    for (const what of writable) expect(['id-token', 'pull-requests', 'issues']).toContain(what);
  });

  it('has a time limit, and leaves no credentials of git behind', () => {
    for (const [, job] of jobsOf(content)) {
      if (!job.uses) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    }
    for (const { uses, with: given } of stepsOf(content)) {
      if (uses?.startsWith('actions/checkout')) expect(given).toEqual({ 'persist-credentials': false });
    }
  });
});

describe.each(actions)('$name', (file) => {
  it('is accepted by GitHub', () => {
    expect(faultsInAction(file)).toEqual([]);
    const broken = { ...file, content: file.content.replace('fromJSON(inputs', 'fromJSON(vars') };
    expect(faultsInAction(broken)).toEqual([expect.stringContaining("Unrecognized named-value: 'vars'")]);
  });

  it('is called with its inputs', () => {
    const wanted = Object.keys((parse(file.content) as { inputs: object }).inputs).sort();
    const calls = files
      .flatMap(({ content }) => stepsOf(content))
      .filter(({ uses = '' }) => uses.startsWith('./') && file.name.startsWith(uses.slice(2)));
    expect(calls.length).toBeGreaterThan(0);
    for (const { with: given = {} } of calls) expect(Object.keys(given).sort()).toEqual(wanted);
  });
});

describe('a deployment', () => {
  const { jobs } = parse(contentOf(join(folder, 'deploy-stage.yml')).content) as {
    jobs: Record<'plan' | 'deploy', Job & { needs?: string; environment?: string; outputs?: object }>;
  };

  it('is planned with read-only permissions before the approval', () => {
    expect(jobs.plan.environment).toBeUndefined();
    expect(jobs.plan.steps?.map(({ with: given }) => given)).toContainEqual(
      expect.objectContaining({ role: 'plan' }),
    );
    expect(jobs.deploy.needs).toBe('plan');
    expect(jobs.deploy.environment).toBe('$' + '{{ inputs.stage }}');
  });

  it('applies the approved plan', () => {
    const apply = jobs.deploy.steps?.find(({ run = '' }) => run.startsWith('make deploy'));
    expect(apply?.env).toEqual({ APPROVED_PLAN: '$' + '{{ needs.plan.outputs.approval }}' });
    expect(jobs.plan.outputs).toHaveProperty('approval');
  });
});

it('a deployment to production follows one to staging that had no changes', () => {
  const { jobs } = parse(contentOf(join(folder, 'deploy.yml')).content) as {
    jobs: Record<'staging' | 'prod', { needs?: string; if?: string; concurrency?: { group: string } }>;
  };
  // GitHub skips jobs that follow a skipped job, unless their condition says otherwise.
  expect(jobs.prod).toMatchObject({ needs: 'staging', if: '$' + '{{ !failure() && !cancelled() }}' });
  for (const [stage, { concurrency }] of Object.entries(jobs)) {
    expect(concurrency).toEqual({ group: `deploy-${stage}`, 'cancel-in-progress': false });
  }
});

it.each([
  ['an unknown key', 'on: push\njobs:\n  a:\n    runs-on: x\n    step: []\n'],
  [
    'a job that needs an unknown one',
    'on: push\njobs:\n  a:\n    runs-on: x\n    needs: b\n    steps: [{run: x}]\n',
  ],
  [
    'a broken expression',
    'on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: "$' + '{{ github. }}"}]\n',
  ],
])('the parser refuses %s', async (_, content) => {
  expect(await faultsIn({ name: 'seeded.yml', content })).not.toEqual([]);
});
