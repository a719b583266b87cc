import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const folder = '.github/workflows';
export const contentOf = (name: string) => ({ name, content: readFileSync(name, 'utf8') });
/** The workflows. */
export const files = readdirSync(folder).map((name) => contentOf(join(folder, name)));
/** The repository's own actions. */
export const actions = readdirSync('.github/actions').map((name) =>
  contentOf(join('.github/actions', name, 'action.yml')),
);

export interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: object;
    readonly env?: object;
  }[];
}
interface Parsed {
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: Job;
}
/** An action is checked like a job. */
export const jobsOf = (content: string): [string, Job][] => {
  const { jobs, runs } = parse(content) as Parsed;
  return Object.entries(jobs ?? { action: runs ?? {} });
};
export const stepsOf = (content: string) => jobsOf(content).flatMap(([, { steps = [] }]) => steps);
