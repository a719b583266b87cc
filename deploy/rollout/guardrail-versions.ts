import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { functions } from '@nova/shared/functions';
import { describeError } from '../aws-errors.ts';
import type { DeleteGuardrailVersion, GuardrailVersion } from './delete-guardrail-version.ts';
import type { Dependencies } from './dependencies.ts';
import type { RolloutRecord } from './record.ts';
import type { Deployed } from './versions.ts';

/**
 * Deletes the versions of the guardrail that neither a rollout nor a rollback needs any more. Terraform keeps every version, since
 * functions name it until the rollout ends and after a rollback; but Bedrock limits their number (quota "Versions per guardrail").
 * Never fails: the next rollout tries again.
 * @param before the versions that a rollback restores
 */
export async function pruneGuardrailVersions(
  { lambda, deleteGuardrailVersion, printLine }: Dependencies,
  deployed: readonly Deployed[],
  before: RolloutRecord['before'] = {},
): Promise<void> {
  try {
    const uses = await Promise.all(
      deployed.filter(namesGuardrail).flatMap(({ functionName, live, versions }) => {
        const kept = new Set([live, versions.at(-1) ?? live, before[functionName] ?? live]);
        return [...kept].map((version) => usedBy(lambda, functionName, version));
      }),
    );
    for (const [guardrail, same] of Map.groupBy(uses.flat(), (use) => use.guardrail)) {
      const needed = new Set(same.map(({ version }) => version));
      const deleted = await deleteOlder(deleteGuardrailVersion, guardrail, needed);
      if (deleted.length > 0) printLine(`Deleted unused versions of the guardrail: ${deleted.join(', ')}.`);
    }
  } catch (error) {
    printLine(`Unused versions of the guardrail stay until the next rollout: ${describeError(error)}`);
  }
}

const namesGuardrail = ({ name }: Deployed) =>
  (functions[name].environment as readonly string[]).includes('GUARDRAIL_VERSION');

/** The version of a guardrail that a version of a function names, if it names one. */
async function usedBy(
  lambda: Dependencies['lambda'],
  FunctionName: string,
  qualifier: number,
): Promise<GuardrailVersion[]> {
  const command = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: String(qualifier) });
  const { GUARDRAIL_ID: guardrail, GUARDRAIL_VERSION: version } =
    (await lambda.send(command)).Environment?.Variables ?? {};
  return guardrail && version ? [{ guardrail, version: Number(version) }] : [];
}

/** Bedrock numbers versions from 1. A newer one than all that are needed belongs to an apply that is still under way. */
async function deleteOlder(
  remove: DeleteGuardrailVersion,
  guardrail: string,
  needed: ReadonlySet<number>,
): Promise<number[]> {
  const [oldest, newest] = [Math.min(...needed), Math.max(...needed)];
  const deleted: number[] = [];
  for (let version = newest - 1; version > 0; version -= 1) {
    if (needed.has(version)) continue;
    if (await remove({ guardrail, version })) deleted.push(version);
    // All before it went in earlier rollouts.
    else if (version < oldest) break;
  }
  return deleted;
}
