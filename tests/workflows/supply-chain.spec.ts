import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actions, files, jobsOf } from './workflow-files.ts';

/**
 * The first major version of each action that runs on Node 24. Source: `runs.using` in the `action.yml` of its releases. A
 * runner will no longer start actions on an older Node.
 */
const firstOnNode24: Readonly<Record<string, number>> = {
  'actions/checkout': 5,
  'actions/setup-node': 5,
  'aws-actions/configure-aws-credentials': 6,
  'hashicorp/setup-terraform': 4,
};

it.each([...files, ...actions])('$name uses actions that run on a current Node', ({ content }) => {
  for (const [, name = '', major] of content.matchAll(/uses: ([\w-]+\/[\w-]+)@\S+ # v(\d+)\./g)) {
    expect(firstOnNode24).toHaveProperty([name]);
    expect([name, Number(major) >= (firstOnNode24[name] ?? 0)]).toEqual([name, true]);
  }
});

describe('a pull request', () => {
  const triggered = files.filter(({ content }) => {
    const { on } = parse(content) as { on: object | string };
    return JSON.stringify(on).includes('pull_request');
  });
  /** The jobs that can assume a role, each with the terms of its condition, all of which must hold. */
  const withRole = triggered.flatMap(({ content }) =>
    jobsOf(content)
      .filter(([, { permissions }]) => permissions?.['id-token'] === 'write')
      .map(([name, { if: condition = '' }]) => ({ name, terms: termsOf(condition) })),
  );

  it('gets a role in one job only', () => {
    expect(withRole.map(({ name }) => name)).toEqual(['plan']);
  });

  // Such a request runs the code of a package that nobody has read yet.
  it.each([
    ['a fork', 'github.event.pull_request.head.repo.fork == false'],
    [
      'Dependabot, also after someone else pushed to it',
      "github.event.pull_request.user.login != 'dependabot[bot]'",
    ],
  ])('of %s gets no role', (_, term) => {
    for (const { terms } of withRole) expect(terms).toContain(term);
  });

  function termsOf(condition: string): string[] {
    expect(condition.replaceAll(/\(.*?\)/g, '')).not.toContain('||');
    return condition.split(' && ').map((term) => term.trim());
  }
});

describe('Dependabot', () => {
  const { updates } = parse(readFileSync('.github/dependabot.yml', 'utf8')) as {
    updates: { 'package-ecosystem': string; cooldown?: object; directory?: string; directories?: string[] }[];
  };
  const ofKind = (kind: string) => updates.filter((update) => update['package-ecosystem'] === kind);

  it('updates packages, actions and the base image', () => {
    expect(updates.map((update) => update['package-ecosystem']).sort()).toEqual([
      'docker',
      'github-actions',
      'npm',
    ]);
    expect(ofKind('docker')[0]?.directory).toBe('/lambdas/functions/agent-core');
  });

  // Most malicious releases are found and withdrawn within days. Updates that mend a known vulnerability do not wait.
  it('waits a week before it proposes a release', () => {
    for (const { cooldown } of updates) expect(cooldown).toEqual({ 'default-days': 7 });
  });
});
