import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';
import { type PlanRecord, plansFolder } from './record.ts';

/**
 * Identifies an approved plan on another machine: one hash for each stack that would change, of its synthesis and its
 * changes, and one of each pending step: a rollout, a deployment of the API. It holds no secret.
 */
const Approval = z.record(z.string(), z.string());
export type Approval = z.infer<typeof Approval>;

export type Approvable = Pick<
  PlanRecord,
  'account' | 'image' | 'stacks' | 'pendingRollout' | 'pendingRedeployment'
>;

export function approvalOf({ account, image, stacks, ...pending }: Approvable): Approval {
  const changed = Object.entries(stacks).filter(([, { changes }]) => changes !== '');
  const hashes = Object.fromEntries(
    changed.map(([stack, { synthesis, changes, tools }]) => [
      stack,
      hash('sha256', JSON.stringify([account, image.called, stack, synthesis, changes, tools])),
    ]),
  );
  const { pendingRollout: rollout, pendingRedeployment: redeployment } = pending;
  const steps = Object.entries({ rollout, redeployment }).flatMap(([step, sentence]) =>
    sentence === undefined ? [] : [[step, hash('sha256', sentence)]],
  );
  return { ...hashes, ...Object.fromEntries(steps) };
}

/** Writes an approval beside the plan, in one line. */
export const saveApproval = (stage: string, approval: Approval) =>
  writeFileSync(join(plansFolder(stage), 'approval.json'), JSON.stringify(approval));

/**
 * @param approved the content of an `approval.json`, from `APPROVED_PLAN`; without one, any plan is accepted
 * @throws UserError when the plan would do something that was not approved
 */
export function expectApproved(record: PlanRecord, approved: string | undefined, stage: string): void {
  if (!approved) return;
  const wanted = readApproval(approved);
  const other = Object.entries(approvalOf(record)).filter(([stack, hash]) => wanted[stack] !== hash);
  if (other.length === 0) return;
  throw new UserError(
    `The plan for ${other.map(([what]) => what).join(' and ')} is not the approved one: stage ${stage}, its deployed resources or the planning tools have changed in the meantime. Run the workflow again, and read its plan.`,
  );
}

function readApproval(approved: string): Approval {
  try {
    return Approval.parse(JSON.parse(approved));
  } catch {
    throw new UserError(
      'APPROVED_PLAN is not an approval: set it to the content of the approval.json beside plan.md, or unset it.',
    );
  }
}
