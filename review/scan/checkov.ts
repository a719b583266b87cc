import { spawnSync } from 'node:child_process';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';

/** The release that docs/security.md speaks of. Another may have other checks. */
export const checkovVersion = '3.3.30';

const Check = z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() });
const Report = z.object({
  results: z.object({ passed_checks: z.array(Check), failed_checks: z.array(Check) }),
});

/** Names and resources of checks, by id. */
export type Checks = ReadonlyMap<string, { readonly name: string; readonly resources: readonly string[] }>;

export interface Findings {
  readonly passed: Checks;
  readonly failed: Checks;
}

/** @throws UserError when Checkov is not installed; then nothing is scanned */
export function expectCheckov(): string {
  const { error, stdout } = spawnSync('checkov', ['--version'], { encoding: 'utf8' });
  if (!error) return stdout.trim();
  throw new UserError(
    `Checkov is not installed, so nothing was scanned: install it with \`pip install checkov==${checkovVersion}\` in a virtual environment, and activate that.`,
  );
}

/**
 * What Checkov finds in plans.
 * @param plans paths of plans in the form of `terraform show -json`
 */
export function scan(plans: readonly string[]): Findings {
  const reports = plans.map((plan) => {
    // Without a download: the checks are those of the release.
    const options = ['--framework', 'terraform_plan', '--output', 'json', '--compact', '--skip-download'];
    const { stdout, stderr } = spawnSync('checkov', ['--file', plan, ...options], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    const parsed = Report.safeParse(jsonIn(stdout));
    if (parsed.success) return parsed.data.results;
    throw new UserError(
      `Checkov failed on ${plan}: ${stderr.trim().split('\n').at(-1) || stdout.slice(0, 200)}`,
    );
  });
  return {
    passed: byId(reports.flatMap(({ passed_checks }) => passed_checks)),
    failed: byId(reports.flatMap(({ failed_checks }) => failed_checks)),
  };
}

/** A report is an object, or a list of them where more than one framework ran. */
function jsonIn(text: string): unknown {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined;
  }
}

const byId = (checks: readonly z.infer<typeof Check>[]): Checks =>
  new Map(
    [...Map.groupBy(checks, ({ check_id }) => check_id)].map(([id, same]) => [
      id,
      { name: same[0]?.check_name ?? '', resources: same.map(({ resource }) => resource) },
    ]),
  );
